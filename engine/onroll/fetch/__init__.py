"""Reading a listing: plan of requests → pages → records, with the proof that it is all."""

"""The tables of the spool, and the join that has all that concerns a person in one row."""

from __future__ import annotations

from typing import Final

__all__ = ["INDEXES", "JOIN", "SCHEMA"]

SCHEMA: Final = """
CREATE TABLE person (
    number INTEGER PRIMARY KEY, id TEXT, kind TEXT NOT NULL, standing TEXT, unknown_status TEXT,
    email TEXT, email_key TEXT, employee_number TEXT, has_own_number INTEGER,
    manager_id TEXT, manager_key TEXT, digest BLOB, body BLOB, stands_until TEXT
);
CREATE TABLE user (
    id TEXT PRIMARY KEY, email TEXT, email_key TEXT, username_key TEXT, employee_number TEXT,
    state TEXT NOT NULL, manager_id TEXT, external_id TEXT, groups TEXT, body BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE link (
    source_id TEXT PRIMARY KEY, link_id INTEGER NOT NULL, user_id TEXT NOT NULL,
    is_owner INTEGER NOT NULL, absences INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE other_link (user_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE ended_link (
    user_id TEXT NOT NULL, source_id TEXT NOT NULL, is_here INTEGER NOT NULL
);
CREATE TABLE membership (user_id TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE match (
    number INTEGER PRIMARY KEY, user_id TEXT, is_new INTEGER NOT NULL, is_owner INTEGER NOT NULL,
    reason TEXT, message TEXT, claimed TEXT
);
CREATE TABLE item (
    number INTEGER PRIMARY KEY, action TEXT NOT NULL, rank INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE TABLE acquisition (
    attribute TEXT NOT NULL, key TEXT NOT NULL, number INTEGER NOT NULL
);
CREATE TABLE release (
    attribute TEXT NOT NULL, key TEXT NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (attribute, key)
) WITHOUT ROWID;
CREATE TABLE wish (
    number INTEGER PRIMARY KEY, node TEXT NOT NULL, manager_number INTEGER, manager_user TEXT
);
"""

INDEXES: Final = """
CREATE INDEX person_id ON person (id);
CREATE INDEX person_email ON person (email_key) WHERE email_key IS NOT NULL;
CREATE INDEX user_email ON user (email_key) WHERE email_key IS NOT NULL;
CREATE INDEX user_username ON user (username_key);
CREATE INDEX user_number ON user (employee_number) WHERE employee_number IS NOT NULL;
CREATE INDEX user_external ON user (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX link_user ON link (user_id);
CREATE INDEX ended_link_user ON ended_link (user_id);
CREATE INDEX membership_user ON membership (user_id);
CREATE INDEX acquisition_key ON acquisition (attribute, key);
CREATE INDEX acquisition_number ON acquisition (number);
CREATE INDEX release_number ON release (number);
CREATE INDEX wish_node ON wish (node);
"""

JOIN: Final = """
SELECT p.number, p.id, p.standing, p.unknown_status, p.digest, p.body,
       m.user_id, m.is_new, m.is_owner, m.reason, m.message, m.claimed,
       u.state, u.manager_id, u.groups, u.body,
       (SELECT json_group_array(s.name) FROM membership s WHERE s.user_id = m.user_id),
       p.manager_id IS NOT NULL OR p.manager_key IS NOT NULL,
       COALESCE(im.user_id, iu.id, CASE WHEN ip.number IS NULL THEN
           COALESCE(em.user_id, CASE WHEN ep.number IS NULL THEN eu.id END) END),
       COALESCE(ip.number, CASE WHEN iu.id IS NULL THEN ep.number END),
       COALESCE(ip.id, ep.id),
       COALESCE(ip.email, iu.email, ep.email, eu.email),
       ou.email
FROM person p
LEFT JOIN match m ON m.number = p.number
LEFT JOIN user u ON u.id = m.user_id
LEFT JOIN user ou ON ou.id = u.manager_id
LEFT JOIN person ip ON ip.id = p.manager_id
LEFT JOIN match im ON im.number = ip.number
LEFT JOIN link il ON il.source_id = p.manager_id
LEFT JOIN user iu ON iu.id = il.user_id
LEFT JOIN person ep ON ep.number = (
    SELECT MIN(number) FROM person
    WHERE email_key = p.manager_key AND kind = 'user' AND standing <> 'inactive')
LEFT JOIN match em ON em.number = ep.number
LEFT JOIN user eu ON eu.id = (SELECT MIN(id) FROM user WHERE email_key = p.manager_key)
WHERE p.kind = 'user'
ORDER BY p.number
"""

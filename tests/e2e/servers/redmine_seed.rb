# Fills an empty Redmine database in one process: the tables, the REST interface, the
# administrator's API key, the people. Run by `rails runner`.
require 'json'

# Not `rake db:migrate`, which also writes a schema file into the program's own folder.
ActiveRecord::Base.connection.migration_context.migrate
ActiveRecord::Base.connection.schema_cache.clear!
ActiveRecord::Base.descendants.each { |model| model.reset_column_information unless model.abstract_class? }

Setting.clear_cache
Setting.rest_api_enabled = '1'

admin = User.find_by_login('admin')
admin.must_change_passwd = false
admin.save!(validate: false)
Token.where(user_id: admin.id, action: 'api').delete_all
token = Token.create!(user: admin, action: 'api')
# A callback invents a value on creation; this is the one that the tests know.
token.update_column(:value, ENV.fetch('SEED_API_KEY'))

people = JSON.parse(File.read(ENV.fetch('SEED_PEOPLE'), encoding: 'UTF-8'))
User.transaction do
  people.each do |person|
    user = User.new(
      firstname: person['first_name'], lastname: person['last_name'], mail: person['email'],
      language: 'en', mail_notification: 'none'
    )
    user.login = person['login']
    user.status = person['active'] ? User::STATUS_ACTIVE : User::STATUS_LOCKED
    user.random_password
    user.save!
  end
end
puts "#{User.count} users with the anonymous one"

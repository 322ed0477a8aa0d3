# SPDX-License-Identifier: LGPL-2.1-or-later
# Opens the case study, measures, checks, meets what is unknown, and is refused.
#
#     ruby first-steps.rb [FILE [FAULTY-FILE]]

require 'gio2' # for the lists

module RuralAlliance
  GObjectIntrospection::Loader.load('RuralAlliance', self)
end

alliance = RuralAlliance::Alliance.open(ARGV[0] || 'examples/rural-urban-alliance.json', nil)

# A number comes with whether it is known: unknown is not zero.
def tell_members(cooperative)
  known, members = cooperative.n_members
  puts "members of #{cooperative.id}: #{known ? members : 'unknown'}"
end

puts alliance.dup_profile.get_title(nil)
cooperative = alliance.find('cooperative', 'pingzhai')
tell_members(cooperative)
cooperative.set_n_members(4)
tell_members(cooperative)
cooperative.unset('n_members')
tell_members(cooperative)

known, ratio = alliance.find('metric', 'income.ratio').measure(alliance, nil).estimate
puts format('income.ratio: %.3f', ratio) if known

verdict = alliance.find('claim', 'income-doubled-summary').check(alliance, nil)
puts "income-doubled-summary: #{verdict.verdict_type.nick}"
readings = verdict.list_readings
readings.n_items.times do |i|
  reading = readings.get_item(i)
  puts "- #{reading.name}: #{reading.verdict_type.nick}"
end

# The case study has no incomes of single households: their mean is undefined, and not zero.
nobody = alliance.new_record('metric')
nobody.set_estimator('mean')
nobody.set_table('incomes')
nobody.set_columns('{"value": "amount"}')
result = nobody.measure(alliance, nil)
known, mean = result.estimate
puts "mean income of the households: #{known ? mean : 'undefined'}, #{result.reason}"

begin
  RuralAlliance::Alliance.open(ARGV[1] || 'examples/faulty.json', nil)
rescue RuralAlliance::Error::Value => error
  puts "refused: #{error.message.sub(%r{\A.*/}, '')}"
end

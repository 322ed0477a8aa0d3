-- SPDX-License-Identifier: LGPL-2.1-or-later
-- Opens the case study, measures, checks, meets what is unknown, and is refused.
--
--     lua5.3 first-steps.lua [FILE [FAULTY-FILE]]

local RuralAlliance = require 'lgi'.require ('RuralAlliance', '1')

local alliance = assert (RuralAlliance.Alliance.open (arg[1] or 'examples/rural-urban-alliance.json'))
local verdict_word = RuralAlliance.VerdictType.to_string

-- A getter gives the number, or nothing where it is unknown. (The property of a number cannot say so: use the getter.)
local function tell_members (cooperative)
  local members = cooperative:get_n_members ()
  print (string.format ('members of %s: %s', cooperative:get_id (), members and string.format ('%d', members) or 'unknown'))
end

print (alliance:dup_profile ():get_title ())
local cooperative = alliance:find ('cooperative', 'pingzhai')
tell_members (cooperative)
assert (cooperative:set_n_members (4))
tell_members (cooperative)
assert (cooperative:unset ('n_members'))
tell_members (cooperative)

local result = assert (alliance:find ('metric', 'income.ratio'):measure (alliance))
print (string.format ('income.ratio: %.3f', result:get_estimate ()))

local verdict = assert (alliance:find ('claim', 'income-doubled-summary'):check (alliance))
print ('income-doubled-summary: ' .. verdict_word (verdict:get_verdict_type ()))
local readings = verdict:list_readings ()
for i = 0, readings:get_n_items () - 1 do
  local reading = readings:get_item (i)
  print ('- ' .. reading:get_name () .. ': ' .. verdict_word (reading:get_verdict_type ()))
end

-- The case study has no incomes of single households: their mean is undefined, and not zero.
local nobody = alliance:new_record ('metric')
assert (nobody:set_estimator ('mean') and nobody:set_table ('incomes') and nobody:set_columns ('{"value": "amount"}'))
result = assert (nobody:measure (alliance))
print ('mean income of the households: ' .. (result:get_estimate () or 'undefined') .. ', ' .. result:get_reason ())

local nothing, problem = RuralAlliance.Alliance.open (arg[2] or 'examples/faulty.json')
assert (nothing == nil and problem:matches (RuralAlliance.Error, 'VALUE'))
print ('refused: ' .. problem.message:match ('[^/]*$'))

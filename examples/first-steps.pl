#!/usr/bin/perl
# SPDX-License-Identifier: LGPL-2.1-or-later
# Opens the case study, measures, checks, meets what is unknown, and is refused.
#
#     perl first-steps.pl [FILE [FAULTY-FILE]]

use strict;
use warnings;
use Glib::Object::Introspection;

Glib::Object::Introspection->setup (basename => 'Gio', version => '2.0', package => 'Glib::IO');
Glib::Object::Introspection->setup (basename => 'RuralAlliance', version => '1', package => 'RuralAlliance');
binmode STDOUT, ':encoding(UTF-8)';

my $alliance = RuralAlliance::Alliance::open ($ARGV[0] // 'examples/rural-urban-alliance.json', undef);

# A number comes with whether it is known: unknown is not zero.
sub tell_members {
  my ($cooperative) = @_;
  my ($known, $members) = $cooperative->get_n_members;
  printf "members of %s: %s\n", $cooperative->get_id, $known ? $members : 'unknown';
}

print $alliance->dup_profile->get_title (undef), "\n";
my $cooperative = $alliance->find ('cooperative', 'pingzhai');
tell_members ($cooperative);
$cooperative->set_n_members (4);
tell_members ($cooperative);
$cooperative->unset ('n_members');
tell_members ($cooperative);

my ($known, $ratio) = $alliance->find ('metric', 'income.ratio')->measure ($alliance, undef)->get_estimate;
printf "income.ratio: %.3f\n", $ratio if $known;

my $verdict = $alliance->find ('claim', 'income-doubled-summary')->check ($alliance, undef);
print 'income-doubled-summary: ', RuralAlliance::VerdictType::to_string ($verdict->get_verdict_type), "\n";
my $readings = $verdict->list_readings;
for my $i (0 .. $readings->get_n_items - 1) {
  my $reading = $readings->get_item ($i);
  print '- ', $reading->get_name, ': ', RuralAlliance::VerdictType::to_string ($reading->get_verdict_type), "\n";
}

# The case study has no incomes of single households: their mean is undefined, and not zero.
my $nobody = $alliance->new_record ('metric');
$nobody->set_estimator ('mean');
$nobody->set_table ('incomes');
$nobody->set_columns ('{"value": "amount"}');
my $result = $nobody->measure ($alliance, undef);
($known, my $mean) = $result->get_estimate;
print 'mean income of the households: ', $known ? $mean : 'undefined', ', ', $result->get_reason, "\n";

eval { RuralAlliance::Alliance::open ($ARGV[1] // 'examples/faulty.json', undef) };
die 'not refused' unless ref $@ eq 'RuralAlliance::Error' && $@->value eq 'value';
print 'refused: ', $@->message =~ s{^.*/}{}r, "\n";

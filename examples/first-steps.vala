// SPDX-License-Identifier: LGPL-2.1-or-later
// Opens the case study, measures, checks, meets what is unknown, and is refused.
//
//     valac --pkg ruralalliance-1 first-steps.vala && ./first-steps [FILE [FAULTY-FILE]]

using RuralAlliance;

// A number comes with whether it is known: unknown is not zero.
void tell_members (Cooperative cooperative) {
    int64 members;
    if (cooperative.get_n_members (out members))
        print ("members of %s: %s\n", cooperative.get_id (), members.to_string ());
    else
        print ("members of %s: unknown\n", cooperative.get_id ());
}

int main (string[] args) {
    Intl.setlocale ();  // print () writes in the user's encoding
    try {
        var alliance = Alliance.open (args.length > 1 ? args[1] : "examples/rural-urban-alliance.json", null);
        double number;

        print ("%s\n", alliance.dup_profile ().get_title (null));
        var cooperative = (Cooperative) alliance.find ("cooperative", "pingzhai");
        tell_members (cooperative);
        cooperative.set_n_members (4);
        tell_members (cooperative);
        cooperative.unset ("n_members");
        tell_members (cooperative);

        var metric = (Metric) alliance.find ("metric", "income.ratio");
        if (metric.measure (alliance, null).get_estimate (out number))
            print ("income.ratio: %.3f\n", number);

        var verdict = ((Claim) alliance.find ("claim", "income-doubled-summary")).check (alliance, null);
        print ("income-doubled-summary: %s\n", verdict.get_verdict_type ().to_string ());
        var readings = verdict.list_readings ();
        for (uint i = 0; i < readings.get_n_items (); i++) {
            var reading = (Verdict) readings.get_item (i);
            print ("- %s: %s\n", reading.get_name (), reading.get_verdict_type ().to_string ());
        }

        // The case study has no incomes of single households: their mean is undefined, and not zero.
        var nobody = (Metric) alliance.new_record ("metric");
        nobody.set_estimator ("mean");
        nobody.set_table ("incomes");
        nobody.set_columns ("{\"value\": \"amount\"}");
        var result = nobody.measure (alliance, null);
        print ("mean income of the households: %s, %s\n",
               result.get_estimate (out number) ? number.to_string () : "undefined", result.get_reason ());
    } catch (GLib.Error error) {
        printerr ("%s\n", error.message);
        return 2;
    }

    try {
        Alliance.open (args.length > 2 ? args[2] : "examples/faulty.json", null);
    } catch (RuralAlliance.Error.VALUE error) {
        print ("refused: %s\n", Path.get_basename (error.message));
        return 0;
    } catch (GLib.Error error) {
        printerr ("%s\n", error.message);
    }
    return 1;
}

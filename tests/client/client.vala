// SPDX-License-Identifier: LGPL-2.1-or-later
int main () {
    var alliance = new RuralAlliance.Alliance ();
    return alliance.list_tables ().get_n_items () > 0 ? 0 : 1;
}

package app_test

import (
	"strings"
	"testing"

	"docket/sync/cmd/docketd/runtest"
)

const entitled = `    name: Bakery Brandt
    entitlements:
      - {id: gold, product: Shop, level: Gold, department: hosting, quota: 2, promises: [{first_reply: 1h}]}
      - {id: past, product: Mail, department: hosting, end: 2020-01-01}
`

// What one may use is there offline, is counted as used once and stays on the
// ticket; colleagues see the same figure, and other organizations none of it.
func TestARequestUnderAnEntitlement(t *testing.T) {
	yaml := strings.Replace(runtest.Desk, "    name: Bakery Brandt\n", entitled, 1)
	yaml = strings.Replace(yaml, "role: customer, memberships: [{org: studio", "role: customer, entitlements: [{id: own, product: Laptop, department: hosting}], memberships: [{org: studio", 1)
	srv := runtest.NewServer(t, yaml)
	elif, max, lars, jonas := newDesktop(t), newDesktop(t), newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	max.signIn(srv.URL, "max")
	lars.signIn(srv.URL, "lars")
	jonas.signIn(srv.URL, "jonas")
	names := func(d *desktop, who string) string {
		t.Helper()
		all, err := d.api.Entitlements(who)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, e := range all {
			out = append(out, strings.TrimSpace(e.Org+" "+e.ID+" "+e.Lapsed))
		}
		return strings.Join(out, ", ")
	}
	for who, want := range map[*desktop]string{elif: "bakery gold, bakery past ended", lars: "own", jonas: ""} {
		until(t, "everybody has theirs: "+want, func() bool { return names(who, "") == want })
	}
	until(t, "jonas has those of lars", func() bool { return names(jonas, "lars") == "own" })
	n := newTicket()
	n.Department, n.Org, n.Entitlement, n.Release = "hosting", "bakery", "gold", "4.2"
	elif.offline()
	o := elif.opens(n)
	if c := elif.ticket(o.Ticket).Cover; c == nil || c.Level != "Gold" || c.Release != "4.2" || c.Counts != "entitlement" {
		t.Errorf("offline: %+v", c)
	}
	elif.line.mend()
	elif.live()
	used := func(d *desktop, who string) int {
		all, err := d.api.Entitlements(who)
		if err != nil || len(all) == 0 {
			t.Fatal(err)
		}
		return all[0].Used
	}
	until(t, "all hear that it is used", func() bool {
		return used(elif, "") == 1 && used(max, "") == 1 && used(jonas, "elif") == 1
	})
	until(t, "jonas reads what it is under", func() bool {
		v, err := jonas.api.Ticket(o.Ticket)
		return err == nil && v.Cover != nil && v.Cover.Level == "Gold" && v.Row.Due != ""
	})
	n.Entitlement = "past"
	p := elif.opens(n)
	elif.confirmed(p.Ticket, n.Text)
	if c := elif.ticket(p.Ticket).Cover; c == nil || c.Lapsed != "ended" || c.Counts != "" {
		t.Errorf("what has ended: %+v", c)
	}
	n.Entitlement = "gold"
	elif.opens(n)
	until(t, "the second is counted, what had ended is not", func() bool { return used(elif, "") == 2 })
	all, err := max.api.Entitlements("")
	if err != nil {
		t.Fatal(err)
	}
	until(t, "max is warned", func() bool {
		all, err = max.api.Entitlements("")
		return err == nil && len(all[0].Warnings) == 1 && all[0].Warnings[0] == "spent"
	})
}

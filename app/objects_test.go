package app_test

import (
	"context"
	"strings"
	"testing"

	"docket/app"
	"docket/sync/cmd/docketd/runtest"
)

// What a ticket is about keeps the name it had, says what became of it, and
// leads to the newest others about the same; another organization's thing of
// that id is another thing.
func TestWhatATicketIsAbout(t *testing.T) {
	yaml := strings.Replace(runtest.Desk, "{id: studio, name: Studio Lund}", "{id: studio, name: Studio Lund, holds: [{kind: service, id: vps-1, label: Lund’s}]}", 1)
	srv := runtest.NewServer(t, yaml)
	elif, lars, jonas := newDesktop(t), newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	lars.signIn(srv.URL, "lars")
	jonas.signIn(srv.URL, "jonas")
	about := func(d *desktop, org string) app.Opened {
		n := newTicket()
		n.Department, n.Org, n.Refs = "hosting", org, []app.Ref{{Kind: "service", ID: "vps-1"}, {Kind: "text", ID: "10.0.0.1"}}
		return d.opens(n)
	}
	about(lars, "studio")
	var all []app.Opened
	for range 7 {
		all = append(all, about(elif, "bakery"))
	}
	last := all[6].Ticket
	objects := func(d *desktop) []app.ObjectInfo {
		t.Helper()
		x, err := d.api.Objects(last)
		if err != nil {
			return nil
		}
		return x
	}
	until(t, "jonas has the newest five others", func() bool {
		x := objects(jonas)
		return len(x) == 2 && len(x[0].Tickets) == 5 && x[0].Tickets[0].Ticket == all[5].Ticket && x[0].Tickets[4].Ticket == all[1].Ticket
	})
	x := objects(jonas)
	if x[0].Label != "VPS 1" || !x[0].Verified || x[0].Now != "" || x[0].Gone || len(x[1].Tickets) != 0 {
		t.Errorf("got %+v", x)
	}
	ctx := context.Background()
	if _, err := srv.Server.Apply(ctx, strings.NewReader(strings.Replace(yaml, "label: VPS 1", "label: Big VPS", 1))); err != nil {
		t.Fatal(err)
	}
	until(t, "it has another name now", func() bool { x := objects(elif); return x[0].Now == "Big VPS" && x[0].Label == "VPS 1" && !x[0].Gone })
	if _, err := srv.Server.Apply(ctx, strings.NewReader(strings.Replace(yaml, "{kind: service, id: vps-1, label: VPS 1}", "{kind: service, id: vps-9}", 1))); err != nil {
		t.Fatal(err)
	}
	until(t, "it is gone, and its name stays", func() bool { x := objects(elif); return x[0].Gone && x[0].Label == "VPS 1" })
}

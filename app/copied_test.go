package app_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"docket/app"
	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
)

// device is the name a profile sends under.
func (d *desktop) device() desk.DeviceID {
	d.t.Helper()
	var id struct{ Device desk.DeviceID }
	if b, err := os.ReadFile(filepath.Join(d.dir, "session.json")); err != nil || json.Unmarshal(b, &id) != nil {
		d.t.Fatal("no session.json", err)
	}
	return id.Device
}

// copied is the profile's folder and keyring on another computer, started
// there without a network.
func (d *desktop) copied() *desktop {
	d.t.Helper()
	c := &desktop{t: d.t, ring: &ring{kept: maps.Clone(d.ring.kept)}, line: &cable{down: true}, disk: &disk{}, dir: filepath.Join(d.t.TempDir(), "copy")}
	if err := os.CopyFS(c.dir, os.DirFS(d.dir)); err != nil {
		d.t.Fatal(err)
	}
	c.start()
	d.t.Cleanup(func() { c.p.Close() })
	return c
}

func (d *desktop) writes(id string, texts ...string) {
	d.t.Helper()
	for _, text := range texts {
		if err := d.api.Reply(id, text, []string{}, d.ticket(id).LastSeq, "", app.Beside{}); err != nil {
			d.t.Fatal(err)
		}
	}
}

// A profile's folder is copied to a second computer while something waits in it,
// and both go on: what waited in both arrives once, what each wrote arrives too,
// and the second is told what happened and gets a name of its own.
func TestACopiedComputerGetsANameOfItsOwn(t *testing.T) {
	srv := runtest.NewServer(t, "")
	first := newDesktop(t)
	first.signIn(srv.URL, "elif")
	o := first.opens(newTicket())
	first.confirmed(o.Ticket, "It says 502.")
	first.offline()
	first.writes(o.Ticket, "waits in both", "and this too")
	first.p.Close()
	second := first.copied()
	first.start()
	if b := second.boot(); b.State != "ready" || second.device() != first.device() {
		t.Fatalf("the copy: %+v, device %s and %s", b, second.device(), first.device())
	}

	first.boot()
	first.writes(o.Ticket, "from the first")
	second.writes(o.Ticket, "from the second")
	first.line.mend()
	first.live()
	first.confirmed(o.Ticket, "from the first")

	second.line.mend()
	told := func() bool {
		c, err := second.api.Connection()
		return err == nil && c.State == "refused" && c.Fault.Code == string(desk.CodeForked) &&
			strings.Contains(c.Fault.Message, "copy of this computer") && strings.Contains(c.Fault.Hint, "Sign in again")
	}
	until(t, "the second is told", told)
	if c, err := second.api.Connection(); err != nil || c.Waiting != 3 {
		t.Errorf("the second keeps %+v %v", c, err)
	}
	if first.has(o.Ticket, "from the second") {
		t.Error("it went out under the first one's name")
	}
	// Starting anew does not help, and does not make it forget.
	second.restart()
	second.boot()
	until(t, "the second is told again", told)

	was := first.device()
	second.signIn(srv.URL, "elif")
	if second.device() == was || first.device() != was {
		t.Errorf("devices %s and %s, was %s", first.device(), second.device(), was)
	}
	second.confirmed(o.Ticket, "from the second")
	// Both go on, under numbers of their own.
	second.writes(o.Ticket, "the second goes on")
	first.writes(o.Ticket, "the first goes on")
	second.confirmed(o.Ticket, "the second goes on")
	first.confirmed(o.Ticket, "the first goes on")
	second.restart()
	second.boot()
	second.live()

	want := []string{"It says 502.", "and this too", "from the first", "from the second", "the first goes on", "the second goes on", "waits in both"}
	for name, d := range map[string]*desktop{"first": first, "second": second} {
		until(t, name+" has all", func() bool {
			return d.has(o.Ticket, "the first goes on") && d.has(o.Ticket, "the second goes on")
		})
		var got []string
		for _, e := range d.ticket(o.Ticket).Entries {
			if e.Text != "" {
				got = append(got, e.Text)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s shows %q", name, got)
		}
		if c, err := d.api.Connection(); err != nil || c.State != "live" || c.Waiting != 0 || c.NeedsYou != 0 {
			t.Errorf("%s: %+v %v", name, c, err)
		}
	}
	var got []string
	for _, e := range srv.Entries(desk.TicketID(o.Ticket)) {
		if e.Text != "" {
			got = append(got, e.Text)
		}
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("the server has %q", got)
	}
}

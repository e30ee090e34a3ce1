package engine_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"docket/app/desk"
	"docket/storage/ledger"
	"docket/sync/wire"
)

// The restore drill: a backup is made while both sides write, the server goes
// on, is lost, and comes back from that backup in another folder. Everything
// anybody wrote is there afterwards, once, on both sides and for who comes new.
func TestRestoreDrill(t *testing.T) {
	w := newTown(t)
	elif, jonas := w.client("elif"), w.client("jonas")
	w.until("live", func() bool { return elif.live() && jonas.live() })
	id := elif.open("hosting", "The shop")
	w.until("there", func() bool { return jonas.shows(id, "It does not work.") && elif.settled() })

	want := []string{"It does not work."}
	write := func(n int) {
		// A customer's reply and a note cross nothing, so none is held.
		theirs, ours := fmt.Sprintf("elif %d", n), fmt.Sprintf("jonas %d", n)
		elif.do(id, desk.Reply{Text: theirs})
		jonas.do(id, desk.AddNote{Text: ours})
		want = append(want, theirs, ours)
	}
	const before, during, after = 5, 20, 10
	for n := range before {
		write(n)
	}
	w.until("the first are confirmed", func() bool { return elif.settled() && jonas.settled() })
	backup := filepath.Join(t.TempDir(), "backup")
	made := make(chan error, 1)
	go func() {
		_, err := w.srv.Ledger.Backup(t.Context(), backup)
		made <- err
	}()
	for n := range during {
		write(before + n)
	}
	if err := <-made; err != nil {
		t.Fatal(err)
	}
	later := elif.open("billing", "Opened after the backup")
	for n := range after {
		write(before + during + n)
	}
	w.until("all confirmed", func() bool { return elif.settled() && jonas.settled() })

	report, err := ledger.Verify(t.Context(), backup, wire.Codec{})
	if err != nil || len(report.Problems) > 0 {
		t.Fatalf("the backup: %v %v", report.Problems, err)
	}
	t.Logf("the backup has %d entries of %d", report.Entries, len(want)+1)
	if report.Entries <= 2*before || report.Entries >= len(want) {
		t.Fatalf("the backup has %d entries; this drill loses nothing, or all", report.Entries)
	}
	w.restore(backup)

	w.until("all is current again", func() bool { return elif.current() && jonas.current() })
	staff := jonas.texts(id)
	slices.Sort(staff)
	slices.Sort(want)
	if !slices.Equal(staff, want) {
		t.Errorf("jonas has %d texts, want %d: %q", len(staff), len(want), staff)
	}
	for _, s := range elif.texts(id) {
		if len(s) > 5 && s[:5] == "jonas" {
			t.Errorf("the customer reads a note: %q", s)
		}
	}
	if n := len(elif.texts(id)); n != 1+before+during+after {
		t.Errorf("elif has %d texts, want %d", n, 1+before+during+after)
	}
	if !elif.shows(later, "It does not work.") {
		t.Error("the request opened after the backup is gone")
	}
	for _, c := range []*client{elif, jonas} {
		if _, needs := c.out.Counts(); needs != 0 {
			t.Errorf("%s has %d items that need their author", c.person, needs)
		}
	}
	fresh := w.client("jonas")
	w.until("a new computer is current", fresh.current)
	if ids := []desk.TicketID{id, later}; !slices.Equal(jonas.dump(ids), fresh.dump(ids)) {
		t.Error("the old computer differs from a new one")
	}
	if r, err := w.srv.Ledger.Check(t.Context()); err != nil || len(r.Problems) > 0 {
		t.Errorf("the restored ledger: %v %v", r.Problems, err)
	}
}

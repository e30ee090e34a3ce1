package town_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"docket/app/desk"
	"docket/build/prove/town"
)

// A town works: what one writes the other gets, over sockets and in memory,
// before and after a restart and a restore.
func TestTown(t *testing.T) {
	for name, memory := range map[string]bool{"sockets": false, "memory": true} {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 0))
			w := town.New(t, town.Options{Memory: memory})
			jonas := w.Probe("jonas", r)
			if err := jonas.Connect(); err != nil {
				t.Fatal(err)
			}
			defer jonas.Hang()
			elif := w.Client("elif", r)
			if err := elif.Open(false); err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := elif.Close(); err != nil {
					t.Error(err)
				}
			}()
			both := func() {
				t.Helper()
				w.Quiet([]*town.Probe{jonas}, []*town.Client{elif})
				for _, x := range jonas.Wrong() {
					t.Error(x)
				}
			}
			both()
			id := desk.TicketID(town.UUID(r, w.Now()))
			give := func(args desk.Args) {
				t.Helper()
				if err := elif.Do(desk.Command{ID: desk.CommandID(town.UUID(r, w.Now())), Ticket: id, Basis: 100, Composed: w.Now(), Args: args}); err != nil {
					t.Fatal(err)
				}
				both()
			}
			has := func(text string) {
				t.Helper()
				jonas.Look(func(s *town.Shelf, _ desk.Actor) {
					if !strings.Contains(string(s.Text()), text) {
						t.Errorf("%q did not arrive", text)
					}
				})
				if !strings.Contains(string(jonas.Ear.Take()), text) {
					t.Errorf("%q was not heard", text)
				}
			}
			give(desk.Open{Subject: "One", Text: "the first", Department: "hosting"})
			has("the first")
			backup := w.Backup()
			give(desk.Reply{Text: "the second"})
			has("the second")
			for i, again := range []func(){w.Restart, func() { w.Restore(backup) }} {
				again()
				if err := jonas.Connect(); err != nil {
					t.Fatal(err)
				}
				elif.Engine.Resume()
				both()
				text := []string{"the third", "the fourth"}[i]
				give(desk.Reply{Text: text})
				has(text)
			}
			jonas.Look(func(s *town.Shelf, _ desk.Actor) {
				if n := len(s.Tickets[id].Entries); n != 4 {
					t.Errorf("%d entries are there after the restore, want 4", n)
				}
			})
		})
	}
}

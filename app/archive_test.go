package app_test

import (
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"docket/app/desk"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
)

// archiveDesk lets those who look after the bakery keep what is deleted a month
// after it was closed.
func archiveDesk(t *testing.T) string {
	t.Helper()
	d := strings.Replace(runtest.Desk, "reopen_days: 7, policy: {recall_seconds: 0}", "reopen_days: 7, policy: {recall_seconds: 0, retention_months: 1}", 1)
	d = strings.Replace(d, "name: Bakery Brandt\n", "name: Bakery Brandt\n    archive: true\n", 1)
	if strings.Count(d, "archive: true")+strings.Count(d, "retention_months: 1") != 2 {
		t.Fatal("the desk of the tests is another")
	}
	return d
}

// Who looks after an organization keeps what the desk deletes, with its files,
// whether they were there when it was deleted or not; nobody else does, and who
// does not look after it any more has nothing left (BEHAVIOURS N13, 1.7).
func TestAnArchiveOutlivesTheDesk(t *testing.T) {
	for _, way := range []string{"watching", "away"} {
		t.Run(way, func(t *testing.T) {
			var ahead atomic.Int64
			srv := runtest.NewServer(t, archiveDesk(t), func(c *run.Config) {
				c.Clock = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
				c.Clerk = 20 * time.Millisecond
			})
			elif, max, jonas := newDesktop(t), newDesktop(t), newDesktop(t)
			elif.signIn(srv.URL, "elif")
			max.signIn(srv.URL, "max")
			jonas.signIn(srv.URL, "jonas")
			n := newTicket()
			f, err := max.api.AddFile("log.txt", base64.StdEncoding.EncodeToString([]byte("the log")))
			if err != nil {
				t.Fatal(err)
			}
			n.Files = []string{f.Hash}
			o := max.opens(n)
			max.confirmed(o.Ticket, "It says 502.")
			until(t, "all see it", func() bool { return elif.has(o.Ticket, "It says 502.") && jonas.has(o.Ticket, "It says 502.") })
			stays := elif.opens(newTicket())
			elif.confirmed(stays.Ticket, "It says 502.")

			if _, err := max.api.Archive("bakery"); !errors.Is(err, desk.ErrDenied) {
				t.Errorf("max, who does not look after it: %v", err)
			}
			if err := max.api.KeepArchive("bakery", true); !errors.Is(err, desk.ErrDenied) {
				t.Errorf("max keeps one: %v", err)
			}
			if v, err := elif.api.Archive("bakery"); err != nil || v.On || v.Requests != 2 || !elif.boot().Me.Orgs[0].Archive || max.boot().Me.Orgs[0].Archive {
				t.Fatalf("before: %+v, %v", v, err)
			}
			if err := elif.api.KeepArchive("bakery", true); err != nil {
				t.Fatal(err)
			}
			until(t, "the files are here, asked for by nobody", func() bool {
				v, err := elif.api.Archive("bakery")
				return err == nil && v.On && v.Missing == 0 && v.Kept == 0 && elif.ticket(o.Ticket).Entries[0].Files[0].State == "here"
			})

			if err := jonas.api.CloseTicket(o.Ticket, "Mended", "fixed", false); err != nil {
				t.Fatal(err)
			}
			until(t, "elif sees it solved", func() bool { return elif.ticket(o.Ticket).Row.Status == "solved" })
			if way == "away" {
				elif.offline()
			}
			for _, days := range []time.Duration{7, 9, 60, 62} {
				ahead.Store(int64(days*24*time.Hour + time.Minute))
				switch days {
				case 7:
					until(t, "it is closed", func() bool { return jonas.ticket(o.Ticket).Row.Status == "closed" })
				case 9:
					until(t, "the notice", func() bool { return jonas.ticket(o.Ticket).Keep.Ends != "" })
				case 60:
					until(t, "the grace", func() bool { return srv.Ticket(desk.TicketID(o.Ticket)).Keep.Graced })
				case 62:
					until(t, "it leaves jonas and max", func() bool {
						_, err := jonas.api.Ticket(o.Ticket)
						_, too := max.api.Ticket(o.Ticket)
						return err != nil && too != nil
					})
				}
			}
			if way == "away" {
				elif.line.mend()
				elif.live()
			}
			until(t, "it leaves elif’s lists", func() bool { _, err := elif.api.Ticket(o.Ticket); return err != nil })
			elif.restart()
			if b := elif.boot(); b.State != "ready" {
				t.Fatalf("after a restart: %+v", b)
			}
			elif.offline()
			elif.keepsTheLog(t, o.Ticket)

			elif.line.mend()
			elif.live()
			srv.Redeclare(strings.Replace(archiveDesk(t), "access: comment, admin: true", "access: comment", 1))
			until(t, "what elif kept is wiped", func() bool {
				_, err := os.Stat(filepath.Join(elif.dir, "archive", "bakery"))
				return errors.Is(err, os.ErrNotExist)
			})
			if _, err := elif.api.ArchivedRequests("bakery", ""); !errors.Is(err, desk.ErrDenied) {
				t.Errorf("elif, who does not look after it any more: %v", err)
			}
			if !elif.has(stays.Ticket, "It says 502.") {
				t.Error("what is still theirs is gone, too")
			}
		})
	}
}

// keepsTheLog looks for the deleted request in every way there is.
func (d *desktop) keepsTheLog(t *testing.T, id string) {
	t.Helper()
	v, err := d.api.Archive("bakery")
	if err != nil || v.Kept != 1 || v.Requests != 1 || v.Damaged != 0 {
		t.Fatalf("afterwards: %+v, %v", v, err)
	}
	for typed, want := range map[string]int{"": 1, "it SAYS log.txt": 1, "502 mended": 1, "says nothing": 0} {
		if got, err := d.api.ArchivedRequests("bakery", typed); err != nil || len(got) != want {
			t.Errorf("%q finds %+v, %v", typed, got, err)
		}
	}
	kept, err := d.api.ArchivedRequest("bakery", id)
	if err != nil || kept.Row.Files != 1 || kept.Row.Who != "Max Brandt" || kept.Entries[0].Text != "It says 502." {
		t.Fatalf("read: %+v, %v", kept, err)
	}
	d.shell.dest = filepath.Join(t.TempDir(), "all.zip")
	saved, err := d.api.SaveArchive("bakery")
	if err != nil || len(saved.Missing) > 0 {
		t.Fatal(saved, err)
	}
	var log, page int
	for name, what := range contents(t, d.shell.dest) {
		switch {
		case strings.HasSuffix(name, "/files/01 log.txt") && what == "the log":
			log++
		case strings.HasSuffix(name, "/request.html") && strings.Contains(what, "It says 502."):
			page++
		case name == "index.html" && strings.Count(what, "<li>") != 2:
			t.Errorf("the first page is %s", what)
		}
	}
	if log != 1 || page != 2 {
		t.Errorf("%d logs and %d pages are in the file", log, page)
	}
}

// An archive that is ended has nothing left of what was only in it, and one that
// loses sight of a request before its time does not keep it.
func TestAnArchiveEnds(t *testing.T) {
	var ahead atomic.Int64
	srv := runtest.NewServer(t, archiveDesk(t), func(c *run.Config) {
		c.Clock = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
		c.Clerk = 20 * time.Millisecond
	})
	elif, max := newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	max.signIn(srv.URL, "max")
	o := max.opens(newTicket())
	max.confirmed(o.Ticket, "It says 502.")
	until(t, "elif sees it", func() bool { return elif.has(o.Ticket, "It says 502.") })
	if err := errors.Join(elif.api.KeepArchive("bakery", true), max.api.CloseTicket(o.Ticket, "self", "", false)); err != nil {
		t.Fatal(err)
	}
	for _, days := range []time.Duration{7, 9} {
		until(t, "it is over", func() bool { s := elif.ticket(o.Ticket).Row.Status; return s == "closed" || days == 7 && s == "solved" })
		ahead.Store(int64(days*24*time.Hour + time.Minute))
	}
	until(t, "the notice", func() bool { k := elif.ticket(o.Ticket).Keep; return k != nil && k.Ends != "" })
	kept := filepath.Join(elif.dir, "archive", "bakery", o.Ticket+".kept")
	until(t, "it is kept from the notice on", func() bool { _, err := os.Stat(kept); return err == nil })
	if got, err := elif.api.ArchivedRequests("bakery", ""); err != nil || len(got) > 0 {
		t.Errorf("what the desk has still is shown as only here: %+v, %v", got, err)
	}
	if err := max.api.SetPrivate(o.Ticket, true); err != nil {
		t.Fatal(err)
	}
	until(t, "it is max’s own", func() bool { _, err := elif.api.Ticket(o.Ticket); return err != nil })
	until(t, "and forgotten", func() bool { _, err := os.Stat(kept); return errors.Is(err, os.ErrNotExist) })
	if got, err := elif.api.ArchivedRequests("bakery", ""); err != nil || len(got) > 0 {
		t.Errorf("elif keeps %+v, %v", got, err)
	}
	if err := elif.api.KeepArchive("bakery", false); err != nil {
		t.Fatal(err)
	}
	if v, err := elif.api.Archive("bakery"); err != nil || v.On {
		t.Errorf("%+v, %v", v, err)
	}
	var e *desk.Error
	for _, org := range []string{"", "../..", "studio"} {
		if _, err := elif.api.Archive(org); !errors.As(err, &e) || e.Message == "" {
			t.Errorf("%q: %v", org, err)
		}
	}
	if _, err := elif.api.ArchivedRequest("bakery", "../../session"); !errors.Is(err, desk.ErrNotFound) {
		t.Error(err)
	}
}

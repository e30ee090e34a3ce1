package app_test

import (
	"archive/zip"
	"encoding/base64"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"docket/app"
	"docket/app/desk"
	"docket/app/language"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
)

// contents reads an archive: what is in it by its name.
func contents(t *testing.T, path string) map[string]string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(b)
	}
	return out
}

// A closed ticket says until when it is kept, can be saved as its reader may
// read it, and takes nothing along that was written about it (BEHAVIOURS 1.7).
func TestAClosedTicketIsKeptForItsTime(t *testing.T) {
	var ahead atomic.Int64
	policy := strings.Replace(runtest.Desk, "reopen_days: 7, policy: {recall_seconds: 0}", "reopen_days: 7, policy: {recall_seconds: 0, retention_months: 1}", 1)
	srv := runtest.NewServer(t, policy, func(c *run.Config) {
		c.Clock = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
		c.Clerk = 20 * time.Millisecond
	})
	elif, jonas, lea := newDesktop(t), newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	jonas.signIn(srv.URL, "jonas")
	lea.signIn(srv.URL, "lea")
	n := newTicket()
	f, err := elif.api.AddFile("log.txt", base64.StdEncoding.EncodeToString([]byte("the log")))
	if err != nil {
		t.Fatal(err)
	}
	n.Files = []string{f.Hash}
	o := elif.opens(n)
	elif.confirmed(o.Ticket, "It says 502.")
	until(t, "jonas sees it", func() bool { return jonas.has(o.Ticket, "It says 502.") })
	if err := jonas.api.AddNote(o.Ticket, "<b>they</b> owe us", []string{}, []string{}); err != nil {
		t.Fatal(err)
	}
	if err := jonas.api.CloseTicket(o.Ticket, "Mended", "fixed", false); err != nil {
		t.Fatal(err)
	}
	until(t, "lea sees the note", func() bool { return lea.has(o.Ticket, "<b>they</b> owe us") })
	until(t, "elif sees it solved", func() bool { return elif.ticket(o.Ticket).Row.Status == "solved" })
	if v := elif.ticket(o.Ticket); v.Keep != nil {
		t.Errorf("what is solved is kept until %+v", v.Keep)
	}
	ahead.Store(int64(7*24*time.Hour + time.Minute))
	until(t, "elif sees it closed", func() bool { return elif.ticket(o.Ticket).Row.Status == "closed" })
	v := elif.ticket(o.Ticket)
	if v.Keep == nil || v.Keep.Until == "" || v.Keep.Hold != nil || v.Can.Hold {
		t.Fatalf("elif reads %+v", v.Keep)
	}

	// A hold is a lead's, and the team's alone.
	if jonas.ticket(o.Ticket).Can.Hold || !lea.ticket(o.Ticket).Can.Hold {
		t.Error("who may hold it is not who leads")
	}
	if err := lea.api.Hold(o.Ticket, true, "A claim"); err != nil {
		t.Fatal(err)
	}
	until(t, "jonas sees the hold", func() bool {
		k := jonas.ticket(o.Ticket).Keep
		return k != nil && k.Hold != nil && k.Hold.Reason == "A claim" && k.Hold.By == "Lea Moor"
	})
	if err := lea.api.Hold(o.Ticket, false, "It was settled"); err != nil {
		t.Fatal(err)
	}
	until(t, "jonas sees its end", func() bool { k := jonas.ticket(o.Ticket).Keep; return k != nil && k.Hold == nil })

	// The copies: as each of them may read it.
	for who, d := range map[string]*desktop{"customer": elif, "team": jonas} {
		d.shell.dest = filepath.Join(t.TempDir(), "copy.zip")
		saved, err := d.api.SaveCopy(o.Ticket)
		if err != nil || saved.Name != "copy.zip" || len(saved.Missing) > 0 {
			t.Fatalf("%s: %+v, %v", who, saved, err)
		}
		in := contents(t, d.shell.dest)
		page, data := in["request.html"]+in["ticket.html"], in["request.json"]+in["ticket.json"]
		if in["files/01 log.txt"] != "the log" || !strings.Contains(page, "It says 502.") || !strings.Contains(data, "It says 502.") {
			t.Errorf("%s has %v", who, in)
		}
		if got, want := strings.Contains(page+data, "owe us"), who == "team"; got != want {
			t.Errorf("%s has the note: %v", who, got)
		}
		if strings.Contains(page, "<b>") {
			t.Error("what somebody wrote is markup in the copy")
		}
	}

	ahead.Store(int64(9 * 24 * time.Hour))
	until(t, "elif is told", func() bool {
		e := elif.ticket(o.Ticket).Entries
		return strings.Contains(e[len(e)-1].Text, "will be deleted with its files")
	})
	desksOwnWordsAreHers(t, elif, o.Ticket)
	until(t, "elif sees the day", func() bool { return elif.ticket(o.Ticket).Keep.Ends != "" })

	// What is written about it while it goes is not lost.
	elif.offline()
	if err := elif.api.Reply(o.Ticket, "One more thing", []string{}, elif.ticket(o.Ticket).LastSeq, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	ahead.Store(int64(60 * 24 * time.Hour)) // nobody looked: a day's grace
	until(t, "the grace", func() bool { return srv.Ticket(desk.TicketID(o.Ticket)).Keep.Graced })
	ahead.Store(int64(62 * 24 * time.Hour))
	until(t, "it leaves jonas", func() bool { _, err := jonas.api.Ticket(o.Ticket); return err != nil })
	elif.line.mend()
	elif.live()
	until(t, "it leaves elif, and the answer stays", func() bool {
		items, err := elif.api.Outbox()
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range items {
			if it.Text == "One more thing" && it.State == "refused" {
				return it.Fault != nil && strings.Contains(it.Fault.Message, "deleted after its time") && strings.Contains(it.Fault.Hint, "Your text is kept")
			}
		}
		return false
	})
	if page := elif.rows("solved"); len(page.Rows) > 0 {
		t.Errorf("elif still has %+v", page.Rows)
	}
	until(t, "elif has only what did not go out", func() bool {
		items, err := elif.api.Outbox()
		if err != nil {
			t.Fatal(err)
		}
		_, err = elif.api.Ticket(o.Ticket)
		return err != nil && len(items) == 1
	})
}

// desksOwnWordsAreHers looks at what the desk itself wrote, in a German window
// and in a copy that is saved from there, which has it as it was written.
func desksOwnWordsAreHers(t *testing.T, elif *desktop, ticket string) {
	t.Helper()
	if err := language.Load(os.DirFS("../frontend/src/lib/language")); err != nil {
		t.Fatal(err)
	}
	language.Speak("de")
	defer language.Speak("en")
	e := elif.ticket(ticket).Entries
	if got := e[len(e)-1].Text; !strings.HasPrefix(got, "Diese Anfrage ist geschlossen und wird am ") || strings.Contains(got, "delete") {
		t.Errorf("in German the notice is %q", got)
	}
	elif.shell.dest = filepath.Join(t.TempDir(), "copy.zip")
	if _, err := elif.api.SaveCopy(ticket); err != nil {
		t.Fatal(err)
	}
	page := contents(t, elif.shell.dest)["request.html"]
	for _, want := range []string{`<html lang="de" dir="ltr">`, "Gesichert am ", "hat dies als gelöst gekennzeichnet", "will be deleted with its files on"} {
		if !strings.Contains(page, want) {
			t.Errorf("the copy does not have %q:\n%s", want, page)
		}
	}
}

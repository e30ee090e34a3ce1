package outbox_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/storage/outbox"
)

// state writes down everything an outbox holds.
func state(t *testing.T, o *outbox.Outbox) string {
	t.Helper()
	b, err := json.Marshal([]any{o.Items(), o.FirstUnsettled(), o.LastSent(), o.SettledUpTo(), o.Drafts()})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// reopen closes and opens again, and demands that nothing changed.
func reopen(t *testing.T, o *outbox.Outbox, cfg outbox.Config) *outbox.Outbox {
	t.Helper()
	before := state(t, o)
	if err := o.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	n := mustOpen(t, cfg)
	if after := state(t, n); after != before {
		t.Fatalf("reopened outbox differs:\n got %s\nwant %s", after, before)
	}
	return n
}

func TestLifeOfAnItem(t *testing.T) {
	o, cfg, now := open(t)
	mustAdd(t, o, reply(1, 1), reply(2, 2))
	o = reopen(t, o, cfg)
	wantEqual(t, "first", o.FirstUnsettled(), 1)
	wantEqual(t, "next", sendAll(t, o, *now), []string{"c-1#1", "c-2#2"})
	o = reopen(t, o, cfg)
	wantEqual(t, "resend", names(o.Resend(1)), []string{"c-1#1", "c-2#2"})
	wantEqual(t, "resend from 2", names(o.Resend(2)), []string{"c-2#2"})
	wantEqual(t, "nothing twice", sendAll(t, o, *now), []string{})
	settle(t, o, cid(1), desk.OK)
	settle(t, o, cid(1), desk.Refused) // a second answer changes nothing
	o = reopen(t, o, cfg)
	it, _ := o.Item(cid(1))
	wantEqual(t, "state", it.State, outbox.Confirmed)
	wantEqual(t, "positions", []uint64{o.FirstUnsettled(), o.LastSent(), o.SettledUpTo()}, []uint64{2, 2, 1})
	if _, err := o.Edit(cid(1), reply(1, 1)); !errors.Is(err, desk.ErrConflict) {
		t.Errorf("edit of a confirmed item: got %v, want conflict", err)
	}
	if err := o.Discard(cid(2)); !errors.Is(err, desk.ErrConflict) {
		t.Errorf("discard of a sent item: got %v, want conflict", err)
	}
	if got := string(it.Body); !strings.Contains(got, "text of 1") {
		t.Errorf("body: got %s", got)
	}
}

func TestAddTwiceIsOnce(t *testing.T) {
	o, _, _ := open(t)
	mustAdd(t, o, reply(1, 1), reply(1, 1))
	wantEqual(t, "items", len(o.Items()), 1)
	if _, err := o.Add(reply(1, 2), time.Time{}); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("other body under the same id: got %v, want invalid", err)
	}
}

func TestOrderWithinATicket(t *testing.T) {
	for _, c := range []struct {
		name    string
		cmds    []desk.Command
		outcome desk.Outcome // of the first
		first   []string
		then    []string
	}{
		{"a reply waits for the reply before", []desk.Command{reply(1, 1), reply(2, 1), reply(3, 2)}, desk.OK, []string{"c-1#1", "c-3#2"}, []string{"c-2#3"}},
		{"the queue moves on past a held reply", []desk.Command{reply(1, 1), reply(2, 1)}, desk.Held, []string{"c-1#1"}, []string{"c-2#2"}},
		{"the queue moves on past a refused reply", []desk.Command{reply(1, 1), reply(2, 1)}, desk.Refused, []string{"c-1#1"}, []string{"c-2#2"}},
		{"a refused opening holds its own ticket only", []desk.Command{opening(1, 1), reply(2, 1), reply(3, 2)}, desk.Refused, []string{"c-1#1", "c-3#2"}, []string{}},
		{"an accepted opening lets go", []desk.Command{opening(1, 1), reply(2, 1)}, desk.OK, []string{"c-1#1"}, []string{"c-2#2"}},
		{"a read mark waits for nothing", []desk.Command{reply(1, 1), read(2, 1, 5), reply(3, 1)}, desk.OK, []string{"c-1#1", "c-2#2"}, []string{"c-3#3"}},
		{"a read mark waits for the opening", []desk.Command{opening(1, 1), read(2, 1, 5)}, desk.OK, []string{"c-1#1"}, []string{"c-2#2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, cfg, now := open(t)
			mustAdd(t, o, c.cmds...)
			wantEqual(t, "first", sendAll(t, o, *now), c.first)
			settle(t, o, cid(1), c.outcome)
			o = reopen(t, o, cfg)
			wantEqual(t, "then", sendAll(t, o, *now), c.then)
		})
	}
}

func TestRefusedOpening(t *testing.T) {
	prepare := func(t *testing.T) (*outbox.Outbox, outbox.Config, *time.Time) {
		o, cfg, now := open(t)
		mustAdd(t, o, opening(1, 1), reply(2, 1), read(3, 1, 1))
		sendAll(t, o, *now)
		settle(t, o, cid(1), desk.Refused)
		it, _ := o.Item(cid(2))
		wantEqual(t, "waits for", it.WaitsFor, cid(1))
		return o, cfg, now
	}
	t.Run("retried, the rest follows", func(t *testing.T) {
		o, cfg, now := prepare(t)
		if _, err := o.Retry(cid(1), opening(9, 1)); err != nil {
			t.Fatal(err)
		}
		o = reopen(t, o, cfg)
		wantEqual(t, "next", sendAll(t, o, *now), []string{"c-9#2"})
		settle(t, o, cid(9), desk.OK)
		wantEqual(t, "then", sendAll(t, o, *now), []string{"c-2#3", "c-3#4"})
	})
	t.Run("discarded, the rest comes back with its text", func(t *testing.T) {
		o, cfg, now := prepare(t)
		if err := o.Discard(cid(1)); err != nil {
			t.Fatal(err)
		}
		o = reopen(t, o, cfg)
		wantEqual(t, "next", sendAll(t, o, *now), []string{})
		items := o.Items()
		wantEqual(t, "left", len(items), 1)
		wantEqual(t, "state", items[0].State, outbox.Refused)
		wantEqual(t, "text", items[0].Command.Args.(desk.Reply).Text, "text of 2")
	})
}

func TestRecallTime(t *testing.T) {
	o, cfg, now := open(t)
	if _, err := o.Add(reply(1, 1), t0.Add(15*time.Second)); err != nil {
		t.Fatal(err)
	}
	mustAdd(t, o, reply(2, 1), reply(3, 2))
	wantEqual(t, "due", o.Due(*now), t0.Add(15*time.Second))
	wantEqual(t, "at once", sendAll(t, o, *now), []string{"c-3#1"})
	if _, err := o.Edit(cid(1), reply(1, 1)); err != nil {
		t.Fatalf("edit in the recall time: %v", err)
	}
	o = reopen(t, o, cfg)
	wantEqual(t, "one nanosecond early", sendAll(t, o, t0.Add(15*time.Second-1)), []string{})
	wantEqual(t, "on time", sendAll(t, o, t0.Add(15*time.Second)), []string{"c-1#2"})
	if _, err := o.Add(reply(4, 4), t0.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := o.Release(cid(4)); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "released", sendAll(t, o, *now), []string{"c-4#3"})
}

// Due is only about time: somebody who waits until then and asks again, and is
// told the same moment, would ask for ever.
func TestDueIsLater(t *testing.T) {
	o, _, _ := open(t)
	mustAdd(t, o, reply(1, 1))
	if _, err := o.Add(reply(2, 1), t0.Add(15*time.Second)); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "the first goes", sendAll(t, o, t0), []string{"c-1#1"})
	wantEqual(t, "before", o.Due(t0), t0.Add(15*time.Second))
	later := t0.Add(15 * time.Second)
	wantEqual(t, "it waits for the answer of the first", sendAll(t, o, later), []string{})
	wantEqual(t, "and for no time", o.Due(later), time.Time{})
	settle(t, o, cid(1), desk.OK)
	wantEqual(t, "then", sendAll(t, o, later), []string{"c-2#2"})
}

// A clock that is set back ends the time an item is held rather than making it
// years; a small correction does not.
func TestClockSetBackWhileHeld(t *testing.T) {
	o, _, _ := open(t)
	if _, err := o.Add(reply(1, 1), t0.Add(15*time.Second)); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "a few seconds back", sendAll(t, o, t0.Add(-5*time.Second)), []string{})
	back := t0.AddDate(-10, 0, 0)
	wantEqual(t, "due", o.Due(back), time.Time{})
	wantEqual(t, "years back", sendAll(t, o, back), []string{"c-1#1"})
}

func TestFilesHoldBack(t *testing.T) {
	o, _, now := open(t)
	mustAdd(t, o, reply(1, 1), reply(2, 1), reply(3, 2))
	up := false
	ready := func(it outbox.Item) bool { return it.ID != cid(1) || up }
	next := func() []string {
		items, err := o.Next(*now, 100, ready)
		if err != nil {
			t.Fatal(err)
		}
		return names(items)
	}
	wantEqual(t, "file is not up", next(), []string{"c-3#1"})
	up = true
	wantEqual(t, "file is up", next(), []string{"c-1#2"})
}

func TestALargeFileHoldsNothingBack(t *testing.T) {
	o, _, now := open(t)
	large := reply(1, 1)
	large.Args = desk.Reply{Text: "the dump", Files: []desk.Attachment{{Hash: "aa", Size: desk.MaxAttachment + 1}}}
	mustAdd(t, o, large, reply(2, 1))
	items, err := o.Next(*now, 100, func(it outbox.Item) bool { return it.ID != cid(1) })
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "while it is on its way", names(items), []string{"c-2#1"})
}

func TestEditAndDiscard(t *testing.T) {
	o, cfg, now := open(t)
	mustAdd(t, o, reply(1, 1), reply(2, 2))
	changed := reply(1, 1)
	changed.Args = desk.Reply{Text: "better"}
	if _, err := o.Edit(cid(1), changed); err != nil {
		t.Fatal(err)
	}
	if err := o.Discard(cid(2)); err != nil {
		t.Fatal(err)
	}
	o = reopen(t, o, cfg)
	wantEqual(t, "items", len(o.Items()), 1)
	sendAll(t, o, *now)
	settle(t, o, cid(1), desk.Held)
	if _, err := o.Retry(cid(1), changed); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("retry under the old id: got %v, want invalid", err)
	}
	again := changed
	again.ID, again.Basis = cid(7), 9
	if _, err := o.Retry(cid(1), again); err != nil {
		t.Fatal(err)
	}
	o = reopen(t, o, cfg)
	wantEqual(t, "next", sendAll(t, o, *now), []string{"c-7#2"})
	if _, err := o.Retry(cid(99), again); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("retry of nothing: got %v, want not_found", err)
	}
}

func TestReadMarksMerge(t *testing.T) {
	o, cfg, now := open(t)
	mustAdd(t, o, read(1, 1, 3), read(2, 1, 5), read(3, 1, 4), read(4, 2, 1))
	o = reopen(t, o, cfg)
	wantEqual(t, "next", sendAll(t, o, *now), []string{"c-2#1", "c-4#2"})
	settle(t, o, cid(2), desk.OK)
	settle(t, o, cid(4), desk.Refused)
	wantEqual(t, "left", len(o.Items()), 0)
	wantEqual(t, "settled", o.SettledUpTo(), 2)
}

func TestRestoredServer(t *testing.T) {
	o, cfg, now := open(t)
	for i := 1; i <= 5; i++ {
		mustAdd(t, o, reply(i, i))
		sendAll(t, o, *now)
	}
	settle(t, o, cid(1), desk.OK)
	settle(t, o, cid(2), desk.OK)
	settle(t, o, cid(3), desk.Refused)
	settle(t, o, cid(4), desk.OK)
	mustAdd(t, o, reply(6, 6))
	n, err := o.Requeue(1)
	if err != nil || n != 3 {
		t.Fatalf("Requeue: got %d, %v, want 3", n, err)
	}
	o = reopen(t, o, cfg)
	wantEqual(t, "settled up to", o.SettledUpTo(), 1)
	wantEqual(t, "next", sendAll(t, o, *now), []string{"c-2#2", "c-4#3", "c-5#4", "c-6#5"})
	it, _ := o.Item(cid(3))
	wantEqual(t, "refused stays with its author", it.State, outbox.Refused)
}

func TestConfirmedAreForgotten(t *testing.T) {
	o, cfg, now := open(t)
	for i := range 1100 {
		mustAdd(t, o, reply(i, i))
	}
	for i := 0; i < 1100; i += 100 {
		sendAll(t, o, *now)
	}
	for i := range 1100 {
		settle(t, o, cid(i), desk.OK)
	}
	o = mustOpen(t, closed(t, o, cfg))
	wantEqual(t, "at most a thousand", len(o.Items()), 1000)
	*now = t0.Add(15 * 24 * time.Hour)
	mustAdd(t, o, reply(5000, 5000))
	o = mustOpen(t, closed(t, o, cfg))
	wantEqual(t, "after 14 days", len(o.Items()), 101) // the newest hundred, for the clock may be wrong
	wantEqual(t, "numbers go on", o.LastSent(), 1100)
}

func TestForgottenWithItsTicket(t *testing.T) {
	o, cfg, now := open(t)
	mustAdd(t, o, opening(1, 1), reply(2, 1), reply(3, 2))
	sendAll(t, o, *now)
	settle(t, o, cid(1), desk.OK)
	sendAll(t, o, *now)
	settle(t, o, cid(2), desk.Refused)
	settle(t, o, cid(3), desk.OK)
	if err := o.Forget(opening(1, 1).Ticket, now.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "what is young enough", len(o.Items()), 3)
	if err := o.Forget(opening(1, 1).Ticket, time.Time{}); err != nil {
		t.Fatal(err)
	}
	o = reopen(t, o, cfg)
	var left []desk.CommandID
	for _, it := range o.Items() {
		left = append(left, it.ID)
	}
	wantEqual(t, "what came back and what is another's stays", left, []desk.CommandID{cid(2), cid(3)})
	wantEqual(t, "numbers go on", o.LastSent(), 3)
}

// closed closes o so that it can be opened again with other contents expected.
func closed(t *testing.T, o *outbox.Outbox, cfg outbox.Config) outbox.Config {
	t.Helper()
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	return cfg
}

func TestFork(t *testing.T) {
	o, cfg, now := open(t)
	mustAdd(t, o, reply(1, 1), reply(2, 2), reply(3, 3))
	if _, err := o.Next(*now, 2, nil); err != nil {
		t.Fatal(err)
	}
	settle(t, o, cid(1), desk.OK)
	told := 0
	o.Subscribe(func([]desk.TicketID) { told++ })
	for range 3 {
		if err := o.Fork(); err != nil {
			t.Fatal(err)
		}
	}
	if told != 1 {
		t.Errorf("told %d times of one fork: who is told tries again, and is forked again", told)
	}
	o = reopen(t, o, cfg)
	if err := o.Discard(cid(2)); !errors.Is(err, desk.ErrConflict) {
		t.Errorf("discard of what may have arrived: got %v, want conflict", err)
	}
	wantEqual(t, "next", sendAll(t, o, *now), []string{"c-2#1", "c-3#2"})
	if n, err := o.Requeue(0); err != nil || n != 2 {
		t.Errorf("Requeue after Fork: got %d, %v, want the 2 of the new device", n, err)
	}
}

func TestDrafts(t *testing.T) {
	o, cfg, now := open(t)
	put := func(key, text string, after time.Duration) {
		t.Helper()
		*now = now.Add(after)
		if err := o.PutDraft(outbox.Draft{Key: key, Kind: outbox.DraftNew, Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	put("new/a", "first", 0)
	put("new/b", "other", time.Second)
	for i := range 100 {
		put("new/a", fmt.Sprintf("typing %d", i), time.Second)
	}
	long := strings.Repeat("a long text ", 20)
	put("new/a", long, time.Second)
	put("new/a", "oops", time.Second)
	o = reopen(t, o, cfg)
	d, ok := o.Draft("new/a")
	wantEqual(t, "draft", d.Text, "oops")
	wantEqual(t, "there", ok, true)
	wantEqual(t, "drafts", len(o.Drafts()), 2)
	vs := o.Versions("new/a")
	if len(vs) > 10 || vs[1].Text != long {
		t.Errorf("versions: got %d with %q second, want few with the text before the deletion", len(vs), vs[1].Text)
	}
	if err := o.DropDraft("new/a"); err != nil {
		t.Fatal(err)
	}
	o = reopen(t, o, cfg)
	if _, ok := o.Draft("new/a"); ok {
		t.Error("a dropped draft is still there")
	}
	wantEqual(t, "versions after dropping", len(o.Versions("new/a")), len(vs))
	// What was dropped, and what an earlier one was put in place of, stays for good however young it is.
	put("new/c", "one", 0)
	put("new/c", "one more", time.Second)
	if err := o.DropDraft("new/c"); err != nil {
		t.Fatal(err)
	}
	put("new/c", "another one, begun anew", time.Second)
	*now = now.Add(time.Second)
	if err := o.TakeDraft(outbox.Draft{Key: "new/c", Kind: outbox.DraftNew, Text: "one more, taken again"}); err != nil {
		t.Fatal(err)
	}
	ofC := func() (texts []string) {
		for _, v := range o.Versions("new/c") {
			texts = append(texts, v.Text)
		}
		return texts
	}
	kept := fmt.Sprint([]string{"one more, taken again", "another one, begun anew", "one more", "one"})
	o = reopen(t, o, cfg)
	wantEqual(t, "taken and dropped", fmt.Sprint(ofC()), kept)
	wantEqual(t, "ended", len(o.Ended(outbox.DraftNew)), 1)
	for i := range 100 {
		put("new/b", strings.Repeat(fmt.Sprint(i), 20<<10), 2*time.Minute)
	}
	o = reopen(t, o, cfg)
	wantEqual(t, "versions", len(o.Versions("new/b")), 21)
	wantEqual(t, "the same after the log was rewritten", fmt.Sprint(ofC()), kept)
	st, err := os.Stat(filepath.Join(cfg.Dir, "drafts.log"))
	if err != nil || st.Size() > 5<<20 {
		t.Errorf("drafts.log: got %v, %v, want it rewritten", st.Size(), err)
	}
}

func TestOutcomeOfANewerServer(t *testing.T) {
	o, _, now := open(t)
	mustAdd(t, o, reply(1, 1))
	sendAll(t, o, *now)
	settle(t, o, cid(1), "postponed")
	it, _ := o.Item(cid(1))
	wantEqual(t, "state", it.State, outbox.Refused)
}

func TestSubscribe(t *testing.T) {
	o, _, now := open(t)
	n := 0
	cancel := o.Subscribe(func([]desk.TicketID) { n++; o.Items() })
	mustAdd(t, o, reply(1, 1))
	sendAll(t, o, *now)
	settle(t, o, cid(1), desk.OK)
	wantEqual(t, "told", n, 3)
	cancel()
	mustAdd(t, o, reply(2, 1))
	wantEqual(t, "told after cancel", n, 3)
}

func TestClosed(t *testing.T) {
	o, _, _ := open(t)
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Add(reply(1, 1), time.Time{}); err == nil {
		t.Error("Add after Close: got nil error")
	}
	if err := o.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
}

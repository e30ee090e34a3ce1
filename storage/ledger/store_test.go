package ledger_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"docket/app/desk"
	"docket/storage/ledger"
	"docket/sync/wire"
)

func TestResultsAreOnceAndDense(t *testing.T) {
	stores(t, func(w *world) {
		at := day.Add(time.Hour)
		r := func(n uint64) desk.Receipt {
			return desk.Receipt{Command: desk.CommandID(fmt.Sprint("c", n)), DSeq: n, Outcome: desk.OK, At: at, Hash: fmt.Sprint("h", n)}
		}
		w.update(func(tx *ledger.Tx) error {
			return tx.PutDevice(desk.Device{ID: "d", Person: "ann", Name: "n", Created: day, LastSeen: day}, []byte("t"))
		})
		save := func(n uint64) error {
			return w.l.Update(context.Background(), func(tx *ledger.Tx) error { return tx.SaveResult("d", n, r(n)) })
		}
		for _, n := range []uint64{1, 2, 3} {
			if err := save(n); err != nil {
				w.Fatal(err)
			}
		}
		for _, n := range []uint64{0, 2, 3, 5} {
			if save(n) == nil {
				w.Errorf("result %d was taken after 3", n)
			}
		}
		w.view(func(tx *ledger.Tx) error {
			all, err := tx.Results("d", 2)
			if err != nil || len(all) != 2 || all[0].Hash != "h2" || all[1].Hash != "h3" {
				w.Errorf("results %v, %v", all, err)
			}
			got, found, err := tx.ResultOf("ann", "c2")
			if !found || got.DSeq != 2 || !got.At.Equal(at) {
				w.Errorf("result of c2: %+v", got)
			}
			if _, found, _ := tx.ResultOf("al", "c2"); found {
				w.Error("somebody else's result")
			}
			d, _ := tx.Device("d")
			if d.LastDSeq != 3 {
				w.Errorf("device at %d", d.LastDSeq)
			}
			return err
		})
	})
}

func TestFailedUpdateLeavesNothing(t *testing.T) {
	stores(t, func(w *world) {
		w.ask(1, "ann", "mail")
		before, oops := w.head("c/user/ann"), errors.New("oops")
		err := w.l.Update(context.Background(), func(tx *ledger.Tx) error {
			if _, err := w.doIn(tx, "ann", ticketID(2), ask("ann", "lost")); err != nil {
				return err
			}
			return oops
		})
		if !errors.Is(err, oops) {
			w.Fatal(err)
		}
		func() {
			defer func() { _ = recover() }()
			_ = w.l.Update(context.Background(), func(tx *ledger.Tx) error {
				_, _ = w.doIn(tx, "ann", ticketID(2), ask("ann", "lost"))
				panic("oops")
			})
		}()
		if got := w.head("c/user/ann"); got.Seq != before.Seq || !bytes.Equal(got.Hash, before.Hash) {
			w.Errorf("the lane moved from %d to %d", before.Seq, got.Seq)
		}
		w.ask(3, "ann", "next")
		w.view(func(tx *ledger.Tx) error {
			tk, err := tx.Ticket(ticketID(3))
			if err == nil && tk.Number != 2042 {
				w.Errorf("number %s: one was lost", tk.Number)
			}
			return err
		})
		if err := w.l.View(context.Background(), func(tx *ledger.Tx) error { return tx.SetCredential("ann", "x") }); err == nil {
			w.Error("a view wrote")
		}
		w.check(w.l)
	})
}

// What is internal must not be in any byte of a customer's lane, page or ticket.
func TestCustomersGetNoInternalByte(t *testing.T) {
	stores(t, func(w *world) {
		const canary = "CANARY"
		w.ask(1, "ann", "mail")
		before := w.head("c/user/ann")
		w.do("eve", ticketID(1), desk.AddNote{Text: canary + " note", Mentions: []desk.PersonID{"hal"}})
		w.do("eve", ticketID(1), desk.SetPriority{From: desk.PriorityNormal, To: desk.PriorityHigh, Reason: canary + " why"})
		if got := w.head("c/user/ann"); got.Seq != before.Seq {
			w.Errorf("the customer's lane moved from %d to %d", before.Seq, got.Seq)
		}
		w.do("eve", ticketID(1), desk.Reply{Text: "hello"})
		var seen []byte
		add := func(items []desk.Item) {
			for _, it := range items {
				if it.Ref != nil {
					seen = append(seen, it.Ref.Body...)
				}
				seen = append(seen, it.Head...)
				seen = append(seen, bytes.Join(it.Entries, nil)...)
			}
		}
		for _, lane := range []desk.LaneID{"c/user/ann", "c/org/acme", "c/dir", "c/dir/acme"} {
			add(w.batch(lane, desk.Cursor{Lane: lane, Epoch: w.l.Epoch()}, "ann", 50).Items)
			w.view(func(tx *ledger.Tx) error {
				p, err := tx.Page(lane, "", 256<<10, "ann", "")
				add(p.Items)
				it, err2 := tx.Whole(ticketID(1), true, "ann")
				add([]desk.Item{it})
				return errors.Join(err, err2)
			})
		}
		for _, word := range []string{canary, "priority", "public_seq", "hal@", "eve@", "audience", "mentions", "followers"} {
			if bytes.Contains(seen, []byte(word)) {
				w.Errorf("%q is in what customers get", word)
			}
		}
		if !bytes.Contains(seen, []byte("hello")) || !bytes.Contains(seen, []byte("Eve")) {
			w.Error("the reply is missing")
		}
		var it desk.Item
		w.view(func(tx *ledger.Tx) (err error) { it, err = tx.Whole(ticketID(1), false, "eve"); return err })
		if !bytes.Contains(bytes.Join(it.Entries, nil), []byte(canary)) {
			w.Error("staff lacks the note")
		}
	})
}

// Who was just given all of one lane is told the conversations of another that
// are not in it, and of the others that they are there too.
func TestAPageBesideAnother(t *testing.T) {
	stores(t, func(w *world) {
		for i := 1; i <= 5; i++ {
			w.ask(i, "ann", "mail")
		}
		w.do("eve", ticketID(2), desk.AddNote{Text: "look", Mentions: []desk.PersonID{"hal"}})
		page := func(sent desk.LaneID) (told map[desk.TicketID]desk.Item) {
			w.Helper()
			told = map[desk.TicketID]desk.Item{}
			w.view(func(tx *ledger.Tx) error {
				p, err := tx.Page("s/dept/front", "", 256<<10, "hal", sent)
				for _, it := range p.Items {
					told[it.Ticket] = it
				}
				return err
			})
			return told
		}
		whole := page("")
		for id, it := range page("s/user/hal") {
			want := whole[id]
			if id == ticketID(2) {
				want.FromSeq, want.Entries = uint64(len(want.Entries))+1, nil
			}
			if !reflect.DeepEqual(it, want) {
				w.Errorf("%s: got %+v, want %+v", id, it, want)
			}
		}
		if n := len(page("s/user/hal")); n != 5 || len(whole) != 5 || len(whole[ticketID(2)].Entries) == 0 {
			w.Errorf("%d tickets beside another lane, %d without, the one in both with %d entries", n, len(whole), len(whole[ticketID(2)].Entries))
		}
	})
}

func TestPagesMissNothingWhileTicketsChange(t *testing.T) {
	stores(t, func(w *world) {
		const n = 40
		for i := 1; i <= n; i++ {
			w.ask(i, "ann", "mail")
		}
		have := map[desk.TicketID]uint64{}
		token, pages := "", 0
		var first desk.Page
		for {
			var p desk.Page
			w.view(func(tx *ledger.Tx) (err error) { p, err = tx.Page("s/dept/front", token, 4000, "eve", ""); return err })
			if pages == 0 {
				first = p
			}
			if p.AsOf != first.AsOf || p.Total != n || !bytes.Equal(p.Hash, first.Hash) {
				w.Fatalf("page %d is of %d/%d", pages, p.AsOf, p.Total)
			}
			size := 0
			for _, it := range p.Items {
				have[it.Ticket] = it.Version
				size += len(it.Head) + len(bytes.Join(it.Entries, nil))
			}
			if size > 4000 && len(p.Items) > 1 {
				w.Errorf("a page of %d bytes", size)
			}
			pages++
			// The oldest tickets move to the front, past the place already read.
			w.clock = w.clock.Add(time.Hour)
			w.do("eve", ticketID(pages), desk.AddNote{Text: "moved"})
			if token = p.Next; token == "" {
				break
			}
		}
		if pages < 5 {
			w.Fatalf("only %d pages", pages)
		}
		missing := 0
		b := w.batch("s/dept/front", desk.Cursor{Epoch: first.Epoch, Seq: first.AsOf, Hash: first.Hash}, "eve", 200)
		for _, it := range b.Items {
			if _, ok := have[it.Ticket]; !ok && it.FromSeq > 1 {
				missing++ // the client lacks what came before and fetches it
				have[it.Ticket] = it.Version
			}
		}
		if len(have) != n || missing == 0 {
			w.Errorf("%d of %d tickets, %d through the batch", len(have), n, missing)
		}
		for _, bad := range []string{"x", first.Next + "x", "e30"} {
			err := w.l.View(context.Background(), func(tx *ledger.Tx) error { _, err := tx.Page("s/dept/front", bad, 100, "", ""); return err })
			if !errors.Is(err, desk.ErrInvalid) {
				w.Errorf("token %q: %v", bad, err)
			}
		}
		err := w.l.View(context.Background(), func(tx *ledger.Tx) error { _, err := tx.Page("c/user/ann", first.Next, 100, "", ""); return err })
		if !errors.Is(err, desk.ErrInvalid) {
			w.Errorf("another lane's token: %v", err)
		}
	})
}

func TestReadMarksReachTheReader(t *testing.T) {
	stores(t, func(w *world) {
		w.ask(1, "ann", "mail")
		w.do("eve", ticketID(1), desk.Reply{Text: "one"})
		at := w.head("s/user/hal")
		w.wantLanes("hal reads", w.do("hal", ticketIn(w, "hal"), desk.MarkRead{Seq: 1}), "s/user/hal")
		if got := says(w.batch("s/user/hal", at, "hal", 9).Items); got != "read 7 to 1" {
			w.Errorf("hal's lane tells %q", got)
		}
		w.wantLanes("again", w.do("hal", ticketID(7), desk.MarkRead{Seq: 1}))
		w.view(func(tx *ledger.Tx) error {
			who, err := tx.Readers(ticketID(7))
			it, err2 := tx.Whole(ticketID(7), false, "hal")
			if who["hal"] != 1 || it.Read != 1 {
				w.Errorf("readers %v, item %d", who, it.Read)
			}
			return errors.Join(err, err2)
		})
	})
}

// ticketIn opens a ticket that lies with hosting.
func ticketIn(w *world, _ desk.PersonID) desk.TicketID {
	id := w.ask(7, "ben", "dns")
	w.do("eve", id, desk.Refer{From: "front", To: "hosting", Reason: "theirs"})
	return id
}

// What is kept of somebody in one audience becomes the other's with their role.
func TestWhoIsTurnedKeepsTheirPlace(t *testing.T) {
	stores(t, func(w *world) {
		turn := func(r desk.Role) {
			al := people()[1]
			if al.Role = r; r.Staff() {
				al.Departments, al.Memberships = []desk.DeptID{"front"}, nil
			}
			w.update(func(tx *ledger.Tx) error { _, err := tx.PutPerson(al); return err })
		}
		read := func(want uint64) {
			w.Helper()
			w.view(func(tx *ledger.Tx) error {
				it, err := tx.Whole(ticketID(1), true, "al")
				if it.Read != want {
					w.Errorf("al has read up to %d, want %d", it.Read, want)
				}
				return err
			})
		}
		turn(desk.Engineer)
		w.ask(1, "ann", "mail")
		w.do("eve", ticketID(1), desk.AddNote{Text: "two"})
		w.do("eve", ticketID(1), desk.AddNote{Text: "three"})
		w.do("ann", ticketID(1), desk.Reply{Text: "four"})
		w.do("eve", ticketID(1), desk.AddNote{Text: "five"})
		held := desk.Receipt{Command: "c", DSeq: 1, Outcome: desk.Held, Newer: [][]byte{{1}}, Current: "high", Error: &desk.Error{Code: desk.CodeHeld, Message: "m"}}
		w.update(func(tx *ledger.Tx) error {
			return errors.Join(tx.PutDevice(desk.Device{ID: "laptop", Person: "al"}, []byte("token")), tx.SaveResult("laptop", 1, held))
		})
		w.do("al", ticketID(1), desk.MarkRead{Seq: 3})
		turn(desk.Customer)
		read(1)
		w.view(func(tx *ledger.Tx) error {
			r, ok, err := tx.Result("laptop", 1)
			held.Newer, held.Current = nil, ""
			if !ok || !reflect.DeepEqual(r, held) {
				w.Errorf("the receipt is %+v", r)
			}
			return err
		})
		w.do("al", ticketID(1), desk.MarkRead{Seq: 2})
		read(2)
		turn(desk.Engineer)
		read(4)
	})
}

func TestRightsMoveWithThePerson(t *testing.T) {
	stores(t, func(w *world) {
		rights := func(p desk.PersonID) (epoch, revision uint64) {
			w.view(func(tx *ledger.Tx) (err error) {
				if epoch, err = tx.AuthEpoch(p); err != nil {
					return err
				}
				revision, err = tx.RightsRevision()
				return err
			})
			return epoch, revision
		}
		e0, r0 := rights("al")
		al := people()[1]
		put := func() []desk.Cursor {
			var moved []desk.Cursor
			w.update(func(tx *ledger.Tx) (err error) { moved, err = tx.PutPerson(al); return err })
			return moved
		}
		w.wantLanes("the same", put())
		al.Title = "Clerk"
		w.wantLanes("a title", put(), "c/dir/acme", "s/dir")
		if e, r := rights("al"); e != e0 || r != r0 {
			w.Error("a title moved rights")
		}
		al.Memberships = []desk.Membership{{Org: "birch"}}
		w.wantLanes("another firm", put(), "c/dir/acme", "c/dir/birch", "s/dir")
		if e, r := rights("al"); e != e0+1 || r <= r0 {
			w.Error("another firm moved no rights")
		}
		al.Disabled = true
		w.wantLanes("disabled", put(), "c/dir/birch", "s/dir")
		w.view(func(tx *ledger.Tx) error {
			if _, err := tx.Actor("al"); !errors.Is(err, desk.ErrNotFound) {
				w.Errorf("a disabled actor: %v", err)
			}
			admin, err := tx.Actor("ada")
			if len(admin.Departments) != 3 {
				w.Errorf("the admin has %v", admin.Departments)
			}
			p, err2 := tx.PersonByLogin(" EVE@desk.example ")
			if p.ID != "eve" {
				w.Errorf("found %q", p.ID)
			}
			return errors.Join(err, err2)
		})
		a0, _ := rights("ada")
		w.update(func(tx *ledger.Tx) error {
			_, err := tx.PutDesk(desk.Desk{Name: "Lindqvist", Departments: []desk.Department{{ID: "front"}}})
			return err
		})
		if a1, _ := rights("ada"); a1 != a0+1 {
			w.Error("fewer departments moved no admin's rights")
		}
		err := w.l.Update(context.Background(), func(tx *ledger.Tx) error {
			_, err := tx.PutPerson(desk.Person{ID: "new", Name: "N", Email: "eve@desk.example", Role: desk.Customer})
			return err
		})
		if !errors.Is(err, desk.ErrConflict) {
			w.Errorf("somebody else's address: %v", err)
		}
	})
}

func TestDevicesAndInvitations(t *testing.T) {
	stores(t, func(w *world) {
		d := desk.Device{ID: "d", Person: "ann", Name: "laptop", Created: day, LastSeen: day}
		w.update(func(tx *ledger.Tx) error {
			return errors.Join(tx.PutDevice(d, []byte("t1")), tx.PutDevice(d, []byte("t2")))
		})
		other := d
		other.Person = "ben"
		if err := w.l.Update(context.Background(), func(tx *ledger.Tx) error { return tx.PutDevice(other, []byte("t3")) }); err == nil {
			w.Error("a device passed to somebody else")
		}
		find := func(token string) (got desk.Device, err error) {
			err = w.l.View(context.Background(), func(tx *ledger.Tx) (err error) { got, err = tx.DeviceByToken([]byte(token)); return err })
			return got, err
		}
		if _, err := find("t1"); !errors.Is(err, desk.ErrNotFound) {
			w.Errorf("the old token: %v", err)
		}
		if got, err := find("t2"); err != nil || got.Person != "ann" || !got.Created.Equal(day) {
			w.Errorf("%+v, %v", got, err)
		}
		w.update(func(tx *ledger.Tx) error { return tx.RevokeDevice("d") })
		if _, err := find("t2"); !errors.Is(err, desk.ErrNotFound) {
			w.Errorf("a revoked token: %v", err)
		}
		w.update(func(tx *ledger.Tx) error { return tx.PutInvitation([]byte("h"), "ben", day.Add(time.Hour)) })
		use := func(at time.Time) (p desk.PersonID, err error) {
			err = w.l.Update(context.Background(), func(tx *ledger.Tx) (err error) { p, err = tx.UseInvitation([]byte("h"), at); return err })
			return p, err
		}
		if _, err := use(day.Add(2 * time.Hour)); !errors.Is(err, desk.ErrNotFound) {
			w.Errorf("too late: %v", err)
		}
		if p, err := use(day); p != "ben" || err != nil {
			w.Errorf("%q, %v", p, err)
		}
		if _, err := use(day); !errors.Is(err, desk.ErrNotFound) {
			w.Errorf("twice: %v", err)
		}
	})
}

func TestFilesBelongToTheirAudience(t *testing.T) {
	stores(t, func(w *world) {
		w.ask(1, "ann", "mail")
		file := func(s string) desk.Attachment {
			return desk.Attachment{Hash: hashOf(s), Name: s + ".txt", Size: int64(len(s))}
		}
		err := w.l.Update(context.Background(), func(tx *ledger.Tx) error {
			_, err := w.doIn(tx, "eve", ticketID(1), desk.Reply{Text: "see", Files: []desk.Attachment{file("absent")}})
			return err
		})
		if !errors.Is(err, desk.ErrInvalid) {
			w.Errorf("a file that is not there: %v", err)
		}
		w.update(func(tx *ledger.Tx) error {
			return errors.Join(tx.PutBlob(ledger.Blob{Hash: hashOf("open"), Size: 4, Type: "text/plain"}, "eve"),
				tx.PutBlob(ledger.Blob{Hash: hashOf("inner"), Size: 5, Type: "text/plain"}, "eve"))
		})
		w.do("eve", ticketID(1), desk.Reply{Text: "see", Files: []desk.Attachment{file("open")}})
		w.do("eve", ticketID(1), desk.AddNote{Text: "psst", Files: []desk.Attachment{file("inner")}})
		w.view(func(tx *ledger.Tx) error {
			for _, c := range []struct {
				name     string
				customer bool
				want     bool
			}{{"open", true, true}, {"open", false, true}, {"inner", true, false}, {"inner", false, true}, {"absent", false, false}} {
				got, err := tx.CanReadBlob("rita", hashOf(c.name), ticketID(1), c.customer)
				if err != nil || got != c.want {
					w.Errorf("%+v: %v, %v", c, got, err)
				}
			}
			if ok, _ := tx.CanReadBlob("rita", hashOf("open"), ticketID(2), false); ok {
				w.Error("another ticket gives it too")
			}
			mine, _ := tx.MayUse("eve", hashOf("inner"), "", false)
			theirs, _ := tx.MayUse("ann", hashOf("inner"), ticketID(1), true)
			shared, err := tx.MayUse("ann", hashOf("open"), ticketID(1), true)
			if !mine || theirs || !shared {
				w.Errorf("may use: %v %v %v", mine, theirs, shared)
			}
			return err
		})
	})
}

func TestGroupCommitAndManyReaders(t *testing.T) {
	stores(t, func(w *world) {
		for n := 1; n <= 8; n++ {
			w.ask(n, "ann", "mail")
		}
		commits := w.l.Counters().Commits
		w.update(func(tx *ledger.Tx) error { // many commands, one transaction
			for i := range 64 {
				if _, err := w.doIn(tx, "eve", ticketID(i%8+1), desk.AddNote{Text: "n"}); err != nil {
					return err
				}
			}
			return nil
		})
		if got := w.l.Counters().Commits - commits; got != 1 {
			w.Errorf("%d commits", got)
		}
		var mu sync.Mutex // guards w's own counters
		var wg sync.WaitGroup
		stop := make(chan struct{})
		for range 4 {
			wg.Go(func() {
				at := desk.Cursor{Lane: "s/dept/front", Epoch: w.l.Epoch()}
				for {
					select {
					case <-stop:
						return
					default:
					}
					err := w.l.View(context.Background(), func(tx *ledger.Tx) error {
						b, ok, err := tx.Batch("s/dept/front", at, "", 20)
						if err == nil && (!ok || b.Prev != at.Seq) {
							err = fmt.Errorf("a gap after %d", at.Seq)
						}
						at.Seq, at.Hash = b.Last, b.Hash
						return err
					})
					if err != nil {
						w.Error(err)
						return
					}
				}
			})
		}
		var writers sync.WaitGroup
		for i := range 4 {
			writers.Go(func() {
				for range 15 {
					err := w.l.Update(context.Background(), func(tx *ledger.Tx) error {
						mu.Lock()
						defer mu.Unlock()
						_, err := w.doIn(tx, "eve", ticketID(i+1), desk.AddNote{Text: "n"})
						return err
					})
					if err != nil {
						w.Error(err)
					}
				}
			})
		}
		writers.Wait()
		close(stop)
		wg.Wait()
		w.check(w.l)
	})
}

func TestFullDiskLosesNothing(t *testing.T) {
	small := filepath.Join(t.TempDir(), "ledger.db")
	w := newWorld(t, "sqlite:"+small)
	w.ask(1, "ann", "mail")
	if err := w.l.LimitPages(20); err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("much to say ", 4000)
	var err error
	kept := 0
	for range 200 {
		err = w.l.Update(context.Background(), func(tx *ledger.Tx) error {
			_, err := w.doIn(tx, "eve", ticketID(1), desk.Reply{Text: text})
			return err
		})
		if err != nil {
			break
		}
		kept++
	}
	if e := desk.AsError(err); e == nil || e.Code != desk.CodeDiskFull || e.Message == "" || e.Hint == "" {
		t.Fatalf("after %d replies: %v", kept, err)
	}
	if err := w.l.LimitPages(1 << 30); err != nil {
		t.Fatal(err)
	}
	w.do("eve", ticketID(1), desk.Reply{Text: "room again"})
	var texts int
	w.view(func(tx *ledger.Tx) error {
		all, err := tx.Tail(ticketID(1), 0)
		texts = len(slices.DeleteFunc(all, func(e desk.Entry) bool { return e.Kind != desk.Message }))
		return err
	})
	if texts != kept+1 {
		t.Errorf("%d replies are there, %d were confirmed", texts, kept+1)
	}
	w.check(w.l)
}

func TestOpenRefusesWhatIsNoLedger(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.db")
	if err := os.WriteFile(bad, bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	for dsn, want := range map[string]error{"sqlite:" + bad: desk.ErrDamaged, "mysql://x": desk.ErrInvalid} {
		if _, err := ledger.Open(context.Background(), dsn, wire.Codec{}); !errors.Is(err, want) {
			t.Errorf("%s: %v", dsn, err)
		}
	}
	w := newWorld(t, "sqlite:"+filepath.Join(dir, "a b%c?d#.db"))
	w.ask(1, "ann", "an odd name")
	epoch := w.l.Epoch()
	if err := w.l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.l.Update(context.Background(), func(*ledger.Tx) error { return nil }); !errors.Is(err, desk.ErrOffline) {
		t.Errorf("update after close: %v", err)
	}
	w.l = w.open(w.dsn)
	if w.l.Epoch() != epoch {
		t.Error("the epoch changed by opening again")
	}
	w.check(w.l)
}

package engine_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"docket/app/desk"
	"docket/sync/engine"
	"docket/sync/wire"
)

// The answer to a push is lost with the connection. The receipt comes with the
// welcome, and nothing is sent twice.
func TestLostReceipt(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.out.add(command(1))
		w.start()
		p, _ := w.connect(wire.Welcome{})
		expect[*wire.Push](p)
		w.net.Cut()
		p, h := w.connect(wire.Welcome{LastDSeq: 1, Receipts: []desk.Receipt{{Command: commandID(1), DSeq: 1, Outcome: desk.OK}}})
		if h.FirstUnsettled != 1 || h.LastSent != 1 || h.SettledUpTo != 0 {
			t.Errorf("hello: got %+v", h)
		}
		if !p.still() {
			t.Error("it was sent again")
		}
		if _, sent, ok := w.out.counts(); sent != 0 || ok != 1 {
			t.Errorf("got %d sent, %d confirmed", sent, ok)
		}
	})
}

// The push itself is lost: the same bytes go again under the same number.
func TestLostPush(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.out.add(command(1), command(2))
		w.start()
		p, _ := w.connect(wire.Welcome{})
		first := expect[*wire.Push](p)
		w.net.Cut()
		p, _ = w.connect(wire.Welcome{})
		again := expect[*wire.Push](p)
		if !reflect.DeepEqual(first, again) {
			t.Errorf("got %+v, want %+v", again, first)
		}
		p.confirm(again, 1, 2)
		w.out.add(command(3))
		w.eng.Kick()
		if next := expect[*wire.Push](p); next.Commands[0].DSeq != 3 {
			t.Errorf("got %+v", next)
		}
	})
}

func TestPushIsImmediateAndWindowed(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.start()
		p, _ := w.connect(wire.Welcome{})
		synctest.Wait()
		start := time.Now()
		var n []int
		for i := range 500 {
			w.out.add(command(i + 1))
			n = append(n, i+1)
		}
		w.eng.Kick()
		seen := uint64(0)
		for range 4 {
			push := expect[*wire.Push](p)
			if push.Commands[0].DSeq != seen+1 {
				t.Fatalf("got %d after %d", push.Commands[0].DSeq, seen)
			}
			seen += uint64(len(push.Commands))
			defer p.confirm(push, n[:50]...)
		}
		if !p.still() {
			t.Error("a fifth push went out without an answer to the first")
		}
		if d := time.Since(start); d != 0 {
			t.Errorf("sending waited %v", d)
		}
	})
}

func TestCommandWaitsForItsTime(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.out.due = time.Now().Add(8 * time.Second)
		w.start()
		p, _ := w.connect(wire.Welcome{})
		w.out.add(command(1))
		w.eng.Kick()
		if !p.still() {
			t.Error("it went before its time")
		}
		start := time.Now()
		expect[*wire.Push](p)
		if d := time.Since(start); d != 8*time.Second {
			t.Errorf("it went after %v, want 8 s", d)
		}
	})
}

// The server's disk is full. Nothing is lost, the person is told, and it goes
// by itself when there is room.
func TestRetryLater(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.out.add(command(1))
		w.start()
		p, _ := w.connect(wire.Welcome{})
		push := expect[*wire.Push](p)
		p.send(wire.Receipts{Retry: &desk.Error{Code: desk.CodeDiskFull, Message: "full"}, RetryAfter: 5000})
		start := time.Now()
		if st := w.status(); st.State != engine.Live || st.Err == nil || st.Err.Code != desk.CodeDiskFull {
			t.Errorf("got %+v", st)
		}
		w.eng.Kick()
		again := expect[*wire.Push](p)
		if d := time.Since(start); d < 5*time.Second || !reflect.DeepEqual(push, again) {
			t.Errorf("after %v got %+v", d, again)
		}
		p.confirm(again, 1)
		if st := w.status(); st.Err != nil {
			t.Errorf("got %+v, want that the remark is gone", st.Err)
		}
	})
}

func TestGap(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		for i := range 120 {
			w.out.add(command(i + 1))
		}
		w.start()
		p, _ := w.connect(wire.Welcome{})
		var first *wire.Push
		for range 3 {
			push := expect[*wire.Push](p)
			if first == nil {
				first = push
			}
		}
		for range 3 { // the first got lost; each of the three is answered alike
			p.send(wire.Receipts{Gap: 1})
		}
		if again := expect[*wire.Push](p); !reflect.DeepEqual(first, again) {
			t.Errorf("got %d from %d", len(again.Commands), again.Commands[0].DSeq)
		}
		expect[*wire.Push](p)
		expect[*wire.Push](p)
		if !p.still() {
			t.Error("the stale complaints were acted upon")
		}
	})
}

func TestRestoredServer(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.out.confirmed = []engine.Item{{ID: commandID(1), DSeq: 1, Body: []byte("a")}, {ID: commandID(2), DSeq: 2, Body: []byte("b")}, {ID: commandID(3), DSeq: 3, Body: []byte("c")}}
		w.out.last, w.out.settled = 3, 3
		w.store.meta[engine.MetaEpoch] = []byte("e1")
		w.start()
		p, _ := w.connect(wire.Welcome{ServerEpoch: "e2", LastDSeq: 1, Lanes: []wire.LaneState{snapshot("s/dir")}})
		expect[*wire.Pull](p)
		push := expect[*wire.Push](p)
		if got, want := w.d.take()[:3], []string{"requeue 1", "keep []", "keep [s/dir]"}; !reflect.DeepEqual(got, want) {
			t.Errorf("got %q, want %q: nothing of the other history stays", got, want)
		}
		if e := w.store.meta[engine.MetaEpoch]; string(e) != "e2" {
			t.Errorf("epoch: got %q", e)
		}
		if len(push.Commands) != 2 || push.Commands[0].DSeq != 2 || string(push.Commands[0].Body) != "b" {
			t.Errorf("got %+v, want what the server forgot", push)
		}
	})
}

func TestForked(t *testing.T) {
	t.Run("the server knows more", func(t *testing.T) {
		bubble(t, func(t *testing.T, w *world) {
			w.out.add(command(1))
			w.start()
			p, _ := w.connect(wire.Welcome{LastDSeq: 7})
			<-p.conn.Done()
			if st := w.status(); st.State != engine.Refused || st.Err.Code != desk.CodeForked || w.out.forks != 1 {
				t.Errorf("got %+v, %d forks", st, w.out.forks)
			}
			if q, _, _ := w.out.counts(); q != 1 {
				t.Errorf("%d queued, want the one", q)
			}
		})
	})
	t.Run("a number was used", func(t *testing.T) {
		bubble(t, func(t *testing.T, w *world) {
			w.out.add(command(1))
			w.start()
			p, _ := w.connect(wire.Welcome{})
			expect[*wire.Push](p)
			p.send(wire.Receipts{Receipts: []desk.Receipt{{DSeq: 1, Outcome: desk.Refused, Error: &desk.Error{Code: desk.CodeForked, Message: "x"}}}})
			<-p.conn.Done()
			if st := w.status(); st.State != engine.Refused || st.Err.Code != desk.CodeForked {
				t.Errorf("got %+v", st)
			}
			if q, _, _ := w.out.counts(); q != 1 {
				t.Errorf("%d queued, want the one, text and all", q)
			}
		})
	})
}

// A receipt for a command the server could not read names no command.
func TestReceiptWithoutCommand(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.out.add(command(1))
		w.start()
		p, _ := w.connect(wire.Welcome{})
		expect[*wire.Push](p)
		p.send(wire.Receipts{Receipts: []desk.Receipt{{DSeq: 1, Outcome: desk.Refused, Error: &desk.Error{Code: desk.CodeInvalid, Message: "x"}}}})
		synctest.Wait()
		if _, sent, done := w.out.counts(); sent != 0 || done != 1 {
			t.Errorf("%d sent, %d settled; want it settled", sent, done)
		}
	})
}

func TestTooOldToWrite(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.out.add(command(1))
		w.start()
		p, _ := w.connect(wire.Welcome{AuthEpoch: 99})
		if !p.still() {
			t.Error("it was sent all the same")
		}
		if st := w.status(); st.State != engine.Live || st.CanWrite || st.Err == nil || st.Err.Code != desk.CodeWriteRefused {
			t.Errorf("got %+v", st)
		}
	})
}

func TestSnapshots(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.start()
		p, _ := w.connect(wire.Welcome{Lanes: []wire.LaneState{snapshot("s/dept/a"), snapshot("s/dept/b"), snapshot("s/dir"), snapshot("s/user/ada")}})
		var pulls []string
		pull := func() *wire.Pull {
			f := expect[*wire.Pull](p)
			pulls = append(pulls, string(f.Lane)+" "+f.Token)
			return f
		}
		pull() // s/dir
		pull() // s/user/ada
		if !p.still() {
			t.Error("more than two pages asked for at once")
		}
		if st := w.status(); st.State != engine.Syncing || st.Total != 7 || st.Done != 3 {
			t.Errorf("got %+v, want progress", st)
		}
		p.send(page("s/dir", 5, ""))
		if !p.still() {
			t.Error("a department's page was asked for before the own lane was here")
		}
		p.send(page("s/user/ada", 5, ""))
		pull() // s/dept/a
		pull() // s/dept/b
		p.send(page("s/dept/a", 5, "a2"))
		pull() // s/dept/a a2
		p.send(page("s/dept/b", 5, ""))
		p.send(page("s/dept/a", 5, ""))
		if st := w.status(); st.State != engine.Live || st.Total != 0 {
			t.Errorf("got %+v, want live", st)
		}
		want := []string{"s/dir ", "s/user/ada ", "s/dept/a ", "s/dept/b ", "s/dept/a a2"}
		if !slices.Equal(pulls, want) {
			t.Errorf("got %q, want %q", pulls, want)
		}
		p.send(batch("s/dept/a", 5, 6))
		synctest.Wait()
		if got := w.d.take(); got[len(got)-1] != "apply s/dept/a 6" {
			t.Errorf("the lane does not go on: %q", got)
		}
	})
}

func TestSnapshotResumesAfterCut(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.start()
		p, _ := w.connect(wire.Welcome{Lanes: []wire.LaneState{snapshot("s/dept/a")}})
		expect[*wire.Pull](p)
		p.send(page("s/dept/a", 5, "a2"))
		expect[*wire.Pull](p)
		w.net.Cut()
		p, h := w.connect(wire.Welcome{Lanes: []wire.LaneState{snapshot("s/dept/a")}})
		if len(h.Lanes) != 0 {
			t.Errorf("hello names a lane that is not complete: %+v", h.Lanes)
		}
		if f := expect[*wire.Pull](p); f.Token != "a2" {
			t.Errorf("got token %q, want the next page", f.Token)
		}
		// The token was too old: the server begins again, the store notices.
		w.store.set(func(m *memStore) { m.fail = engine.ErrSnapshotChanged })
		p.send(page("s/dept/a", 9, "b2"))
		if f := expect[*wire.Pull](p); f.Token != "" {
			t.Errorf("got token %q, want the first page", f.Token)
		}
		p.send(page("s/dept/a", 9, ""))
		if st := w.status(); st.State != engine.Live {
			t.Errorf("got %+v", st)
		}
	})
}

// A snapshot turns out to be another one while its next page is on its way:
// that page belongs to neither and is dropped.
func TestStalePageIsDropped(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.start()
		p, _ := w.connect(wire.Welcome{Lanes: []wire.LaneState{snapshot("s/dept/a")}})
		expect[*wire.Pull](p)
		p.send(page("s/dept/a", 5, "2"))
		expect[*wire.Pull](p)
		synctest.Wait()
		w.d.take()
		w.store.set(func(m *memStore) { m.fail = engine.ErrSnapshotChanged })
		p.send(page("s/dept/a", 6, "3"))
		if f := expect[*wire.Pull](p); f.Token != "3" {
			t.Fatalf("got %+v", f)
		}
		p.send(page("s/dept/a", 6, "4"))
		if f := expect[*wire.Pull](p); f.Token != "" {
			t.Errorf("got %+v, want the first page", f)
		}
		p.send(page("s/dept/a", 7, ""))
		synctest.Wait()
		want := []string{`snapshot s/dept/a ""`, `page s/dept/a ""`}
		if got := w.d.take(); !reflect.DeepEqual(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// The next page is on its way while one is committed.
func TestNextPageIsAskedForBeforeTheCommit(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.start()
		p, _ := w.connect(wire.Welcome{Lanes: []wire.LaneState{snapshot("s/dept/a")}})
		expect[*wire.Pull](p)
		p.send(page("s/dept/a", 5, "2"))
		expect[*wire.Pull](p)
		release := make(chan struct{})
		w.store.set(func(m *memStore) { m.slow = func(desk.Page) { <-release } })
		p.send(page("s/dept/a", 5, "3"))
		if f := expect[*wire.Pull](p); f.Token != "3" {
			t.Errorf("got %+v", f)
		}
		close(release)
	})
}

func TestGapInALane(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.store.cursors["s/dir"] = desk.Cursor{Lane: "s/dir", Epoch: "e1", Seq: 3}
		w.start()
		p, _ := w.connect(wire.Welcome{Lanes: []wire.LaneState{resume("s/dir", 3)}})
		p.send(batch("s/dir", 8, 9))
		if f := expect[*wire.Pull](p); f.Lane != "s/dir" || f.Token != "" {
			t.Errorf("got %+v", f)
		}
		p.send(batch("s/dir", 9, 10)) // of no use any more
		p.send(page("s/dir", 10, ""))
		if st := w.status(); st.State != engine.Live {
			t.Errorf("got %+v", st)
		}
	})
}

func TestMissingTicketsAreFetched(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.store.cursors["s/dir"] = desk.Cursor{Lane: "s/dir", Epoch: "e1", Seq: 3}
		var ids []desk.TicketID
		for i := range 60 {
			ids = append(ids, ticketID(i+1))
		}
		w.store.missing = nil
		w.start()
		p, _ := w.connect(wire.Welcome{Lanes: []wire.LaneState{resume("s/dir", 3)}})
		synctest.Wait()
		w.store.set(func(m *memStore) { m.missing = ids })
		p.send(batch("s/dir", 3, 4))
		answer := func(ids []desk.TicketID) {
			var items []desk.Item
			for _, id := range ids {
				items = append(items, desk.Item{Kind: desk.ItemEnter, Ticket: id, Version: 1, Head: make([]byte, 100), FromSeq: 1, Entries: [][]byte{make([]byte, 30_000)}})
			}
			for _, part := range wire.SplitTickets(items) {
				p.send(part)
			}
		}
		f := expect[*wire.Fetch](p)
		if len(f.Tickets) != 50 {
			t.Errorf("got %d at once, want 50", len(f.Tickets))
		}
		if !p.still() {
			t.Error("a second fetch went out before the first was answered")
		}
		if st := w.status(); st.State != engine.Syncing {
			t.Errorf("got %v while tickets are missing", st.State)
		}
		answer(f.Tickets)
		f = expect[*wire.Fetch](p)
		if len(f.Tickets) != 10 {
			t.Errorf("got %d, want the other 10", len(f.Tickets))
		}
		answer(f.Tickets)
		if st := w.status(); st.State != engine.Live || len(w.store.whole) != 60 {
			t.Errorf("got %v with %d tickets", st.State, len(w.store.whole))
		}
	})
}

// A ticket that was incomplete when the last connection ended is fetched by
// the next one: its lane has moved on and will not tell again.
func TestMissingOutlivesTheConnection(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.store.lacking = []desk.TicketID{ticketID(4)}
		w.start()
		p, _ := w.connect(wire.Welcome{})
		if f := expect[*wire.Fetch](p); len(f.Tickets) != 1 || f.Tickets[0] != ticketID(4) {
			t.Errorf("got %+v", f)
		}
	})
}

func TestScopesPurgeFirst(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.store.cursors["s/dept/a"] = desk.Cursor{Lane: "s/dept/a", Epoch: "e1", Seq: 3}
		w.start()
		p, _ := w.connect(wire.Welcome{Lanes: []wire.LaneState{resume("s/dept/a", 3)}})
		synctest.Wait()
		w.d.take()
		p.send(wire.Scopes{AuthEpoch: 2, Actor: desk.Actor{Person: "ada", Role: desk.Engineer}, Lanes: []wire.LaneState{snapshot("s/dept/b")}})
		expect[*wire.Pull](p)
		p.send(batch("s/dept/a", 3, 4)) // was under way
		p.send(page("s/dept/b", 5, ""))
		synctest.Wait()
		want := []string{"keep [s/dept/b]", "me ada", `snapshot s/dept/b ""`, `page s/dept/b ""`}
		if got := w.d.take(); !reflect.DeepEqual(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// A file that is gone from this computer brings its command back to its
// author and holds nobody else up.
func TestLostFile(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		with := command(1)
		with.Files = []desk.Attachment{{Hash: desk.BlobHash(wire.Hash([]byte("x"))), Name: "a.pdf", Size: 1}}
		w.out.add(with, command(2))
		w.start()
		p, _ := w.connect(wire.Welcome{})
		if push := expect[*wire.Push](p); string(push.Commands[0].Body) != "command 2" {
			t.Errorf("got %+v", push)
		}
		synctest.Wait()
		if e := w.out.refused[commandID(1)]; e == nil || !errors.Is(e, desk.ErrNotFound) || e.Hint == "" {
			t.Errorf("got %+v", e)
		}
	})
}

// TestAcksAreGathered counts what the server has to read: an ack for half a
// window, one for much at once, the rest after a while; and one at once while
// pages come, because the server may wait for it.
func TestAcksAreGathered(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		for _, l := range []desk.LaneID{"s/dept/a", "s/user/ada"} {
			w.store.cursors[l] = desk.Cursor{Lane: l, Epoch: "e1", Seq: 3}
		}
		w.start()
		p, _ := w.connect(wire.Welcome{Lanes: []wire.LaneState{resume("s/dept/a", 3), resume("s/user/ada", 3)}})
		acks := func(want string) {
			t.Helper()
			synctest.Wait()
			var got []string
			for len(p.in) > 0 {
				if a, ok := (<-p.in).(*wire.Ack); ok {
					got = append(got, fmt.Sprint(a.Lane, " ", a.Seq))
				}
			}
			slices.Sort(got)
			if s := strings.Join(got, ", "); s != want {
				t.Errorf("acknowledged %q, want %q", s, want)
			}
		}
		at := uint64(3)
		next := func(size int) {
			b := batch("s/dept/a", at, at+1)
			b.Items = []desk.Item{{Kind: desk.ItemDelta, Ticket: desk.TicketID(commandID(1)), Version: at, FromSeq: 1, Head: make([]byte, size)}}
			at++
			p.send(b)
		}
		for range wire.AckBatches - 1 {
			next(10)
		}
		acks("")
		next(10)
		acks("s/dept/a 7")
		next(10)
		p.send(batch("s/user/ada", 3, 4))
		acks("")
		time.Sleep(wire.AckWithin)
		acks("s/dept/a 8, s/user/ada 4")
		next(wire.AckBytes)
		acks("s/dept/a 9")
		time.Sleep(time.Minute)
		acks("") // nothing is owed

		p.send(batch("s/user/ada", 8, 9)) // it misses something
		acks("s/user/ada 9")
		next(10)
		acks("s/dept/a 10")
	})
}

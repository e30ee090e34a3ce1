package crowd_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"docket/app/desk"
	"docket/build/crowd"
	"docket/storage/ledger"
	"docket/sync/cmd/docketd/run"
	"docket/sync/link"
	"docket/sync/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 2 * time.Minute

// town is a server over a folder and what its clients have heard.
type town struct {
	t     *testing.T
	cfg   run.Config
	srv   *run.Server
	bell  chan struct{}
	all   []*crowd.Client
	mu    sync.Mutex // guards heard and oks
	heard map[desk.PersonID]int
	oks   map[desk.CommandID]bool
}

func newTown(t *testing.T, d crowd.Desk) *town {
	t.Helper()
	w := &town{
		t: t, cfg: run.Config{Data: t.TempDir(), Listen: "127.0.0.1:0", Poll: 50 * time.Millisecond},
		bell: make(chan struct{}, 1), heard: map[desk.PersonID]int{}, oks: map[desk.CommandID]bool{},
	}
	passes, err := crowd.Furnish(context.Background(), w.cfg.Data, d)
	if err != nil {
		t.Fatal(err)
	}
	w.start()
	t.Cleanup(func() { _ = w.srv.Close() })
	cfg := crowd.Config{
		URL: w.srv.URL,
		Arrived: func(c *crowd.Client, _ desk.TicketID, _ uint64, _ []byte) {
			w.mu.Lock()
			w.heard[c.Person]++
			w.mu.Unlock()
			w.ring()
		},
		Answered: func(_ *crowd.Client, r desk.Receipt) {
			w.mu.Lock()
			w.oks[r.Command] = r.Outcome == desk.OK
			w.mu.Unlock()
			w.ring()
		},
		Ended: func(*crowd.Client, link.End) { w.ring() },
	}
	for _, p := range passes {
		c := crowd.New(p, cfg)
		w.all = append(w.all, c)
		t.Cleanup(c.Close)
	}
	w.connect()
	return w
}

func (w *town) start() {
	w.t.Helper()
	var err error
	if w.srv, err = run.Serve(context.Background(), w.cfg); err != nil {
		w.t.Fatal(err)
	}
	w.cfg.Listen = w.srv.URL[len("http://"):]
}

func (w *town) connect() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, c := range w.all {
		if err := c.Connect(ctx); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *town) ring() {
	select {
	case w.bell <- struct{}{}:
	default:
	}
}

func (w *town) until(what string, ok func() bool) {
	w.t.Helper()
	t := time.NewTimer(patience)
	defer t.Stop()
	for {
		w.mu.Lock()
		yes := ok()
		w.mu.Unlock()
		if yes {
			return
		}
		select {
		case <-w.bell:
		case <-t.C:
			w.t.Fatalf("%s did not happen: heard %v", what, w.heard)
		}
	}
}

func (w *town) who(p desk.PersonID) *crowd.Client {
	for _, c := range w.all {
		if c.Person == p {
			return c
		}
	}
	w.t.Fatalf("there is no %s", p)
	return nil
}

func (w *town) do(c *crowd.Client, ticket desk.TicketID, basis uint64, args desk.Args) desk.CommandID {
	w.t.Helper()
	id, err := c.Do(ticket, basis, args)
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// Everybody who may hears everything once and in order, nobody else hears
// anything, and a restart of the server in between changes nothing of that.
func TestEverybodyHearsEverythingOnce(t *testing.T) {
	d := crowd.Desk{Organizations: 2, Customers: 5, Departments: 1, Engineers: 2}
	w := newTown(t, d)
	writer := w.who(crowd.Customer(0, 0))
	ticket := desk.TicketID(crowd.UUID())
	ids := []desk.CommandID{w.do(writer, ticket, 0, desk.Open{Subject: "It is slow", Text: "0", Department: crowd.Department(0), Org: crowd.Org(0)})}
	for i := range 20 {
		ids = append(ids, w.do(writer, ticket, uint64(i+1), desk.Reply{Text: fmt.Sprint(i + 1)}))
	}
	w.until("twenty-one receipts", func() bool { return len(w.oks) == 21 })
	if err := w.srv.Close(); err != nil {
		t.Fatal(err)
	}
	w.until("the writer is cut off", func() bool {
		ids = append(ids, w.do(writer, ticket, 21, desk.Reply{Text: "into the void"}))
		return true
	})
	w.start()
	w.connect()
	w.until("the last receipt", func() bool { return len(w.oks) == 22 })
	may := map[desk.PersonID]bool{crowd.Engineer(0, 0): true, crowd.Engineer(0, 1): true}
	for n := range d.Customers {
		may[crowd.Customer(0, n)] = true
	}
	w.until("everybody has 22 entries", func() bool {
		for p := range may {
			if w.who(p).Have(ticket) != 22 {
				return false
			}
		}
		return true
	})
	for _, id := range ids {
		if !w.oks[id] {
			t.Errorf("%s was not accepted", id)
		}
	}
	for _, c := range w.all {
		n := c.Counts()
		if n.Missing+n.Doubled+n.Broken != 0 {
			t.Errorf("%s: %+v", c.Person, n)
		}
		want := int64(0)
		if may[c.Person] {
			want = 22
		}
		if n.Entries != want {
			t.Errorf("%s heard %d entries, want %d", c.Person, n.Entries, want)
		}
	}
	if n := writer.Counts(); n.Receipts != 22 || writer.Unanswered() != 0 {
		t.Errorf("the writer has %d receipts and %d open", n.Receipts, writer.Unanswered())
	}
	err := w.srv.Ledger.View(context.Background(), func(tx *ledger.Tx) error {
		es, err := tx.Tail(ticket, 0)
		if len(es) != 22 {
			t.Errorf("the ledger has %d entries", len(es))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What a wrong server would do is counted.
func TestCountsWhatIsWrong(t *testing.T) {
	w := newTown(t, crowd.Desk{Organizations: 1, Customers: 1})
	c := w.all[0]
	cur := c.Cursors()
	lane := desk.LaneID("c/org/" + crowd.Org(0))
	at := desk.Cursor{Lane: lane}
	for _, x := range cur {
		if x.Lane == lane {
			at = x
		}
	}
	id := desk.TicketID(crowd.UUID())
	batch := func(prev, last, from uint64, entries ...string) {
		b := desk.Batch{Lane: lane, Epoch: at.Epoch, Prev: prev, Last: last, Items: []desk.Item{{Kind: desk.ItemDelta, Ticket: id, Version: last, Head: []byte{0xa0}, FromSeq: from}}}
		for _, e := range entries {
			b.Items[0].Entries = append(b.Items[0].Entries, []byte(e))
		}
		raw, err := wire.EncodeFrame(wire.Batch(b))
		if err != nil {
			t.Fatal(err)
		}
		crowd.Feed(c, raw)
	}
	batch(at.Seq, at.Seq+1, 1, "a", "b")
	batch(at.Seq, at.Seq+1, 1, "a", "b")   // the same again
	batch(at.Seq+3, at.Seq+4, 3, "c")      // two places skipped
	batch(at.Seq+4, at.Seq+5, 6, "f", "g") // two entries skipped
	crowd.Feed(c, []byte("no frame"))
	got := c.Counts()
	if got.Entries != 5 || got.Again != 2 || got.Doubled != 1 || got.Missing != 4 || got.Broken != 1 {
		t.Errorf("got %+v", got)
	}
}

package order

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/anishathalye/porcupine"

	"docket/app/desk"
	"docket/build/prove/simnet"
	"docket/sync/link"
	"docket/sync/wire"
)

// never is when an operation ended whose answer nobody heard.
const never = int64(1) << 60

// history collects operations from any goroutine.
type history struct {
	clock atomic.Int64

	mu      sync.Mutex // guards what follows
	tickets []porcupine.Operation
	calls   []porcupine.Operation
	known   map[desk.CommandID]string // receipts by command, without numbers
	differ  []string
}

func (h *history) now() int64 { return h.clock.Add(1) }

// called notes a push or hello.
func (h *history) called(client int, c call, began int64, r reply) {
	end := h.now()
	h.mu.Lock()
	defer h.mu.Unlock()
	if r.none {
		// All it can have done is spend its number, once: of all that went
		// unheard for a number the first can stand for the others, and a hello
		// does nothing.
		if c.dseq == 0 {
			return
		}
		for i, o := range h.calls {
			if x := o.Input.(call); x == c && o.Return == never {
				h.calls[i].Call = min(o.Call, began)
				return
			}
		}
		end = never
	}
	h.calls = append(h.calls, porcupine.Operation{ClientId: client, Input: c, Call: began, Output: r, Return: end})
}

// command is one operation of a ticket. Whoever hears its first receipt ends
// it.
type command struct {
	id    desk.CommandID
	ask   ask
	body  []byte
	began int64
	who   int // for the picture

	once sync.Once
}

// ended notes a command's end, or with a nil receipt that nobody heard of one.
func (h *history) ended(c *command, r *desk.Receipt) {
	c.once.Do(func() {
		out, end := answer{none: true}, never
		if r != nil {
			end = h.now()
			out = answer{outcome: r.Outcome, seq: r.Seq, current: r.Current}
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		h.tickets = append(h.tickets, porcupine.Operation{ClientId: c.who, Input: c.ask, Call: c.began, Output: out, Return: end})
	})
	if r == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	text := sum(*r, false)
	if old, ok := h.known[c.id]; ok && old != text {
		h.differ = append(h.differ, "command "+string(c.id)+" was answered with "+old+" and with "+text)
	}
	h.known[c.id] = text
}

// socket is one connection of a device. Answers come in the order of the
// questions.
type socket struct {
	conn  *link.Conn
	ended chan struct{}

	mu       sync.Mutex // guards what follows
	welcomes []chan *wire.Welcome
	pushes   []chan *wire.Receipts
	fetches  []chan *wire.Tickets
}

// Closed implements link.Handler.
func (s *socket) Closed(link.End) { close(s.ended) }

func pop[T any](line *[]chan T, v T) {
	if len(*line) > 0 {
		(*line)[0] <- v
		*line = (*line)[1:]
	}
}

// Frame implements link.Handler.
func (s *socket) Frame(b []byte) error {
	f, err := wire.DecodeFrame(b, wire.FromServer)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch f := f.(type) {
	case *wire.Welcome:
		pop(&s.welcomes, f)
	case *wire.Receipts:
		pop(&s.pushes, f)
	case *wire.Tickets:
		pop(&s.fetches, f)
	}
	return nil
}

// ask sends a frame and waits for its answer; nil if none came in time.
func request[T any](s *socket, line *[]chan *T, f wire.Frame, patience time.Duration) *T {
	b, err := wire.EncodeFrame(f)
	if err != nil {
		panic(err)
	}
	got := make(chan *T, 1)
	s.mu.Lock() // the line is in the order of the sends
	*line = append(*line, got)
	err = s.conn.Send(b)
	s.mu.Unlock()
	if err != nil {
		return nil
	}
	t := time.NewTimer(patience)
	defer t.Stop()
	select {
	case v := <-got:
		return v
	case <-t.C:
	case <-s.ended:
	}
	select {
	case v := <-got: // it came with the end
		return v
	default:
		return nil
	}
}

// device is a computer that speaks the protocol by hand.
type device struct {
	g      *game
	n      int // its place among all
	who    int // its person's
	id     desk.DeviceID
	token  string
	line   *simnet.Line
	r      *rand.Rand // its own goroutine's
	dseq   uint64
	known  int // commands of its person that were looked at
	basis  map[desk.TicketID]uint64
	heads  map[desk.TicketID]ticket
	socket *socket
}

// dial opens a further connection and says hello.
func (d *device) dial(ctx context.Context) *socket {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := link.Dial(ctx, "ws://simnet"+wire.PathSync, link.DialOptions{
		Header: http.Header{"Authorization": {"Bearer " + d.token}}, NetDial: d.line.Dial,
	})
	if err != nil {
		return nil
	}
	s := &socket{conn: conn, ended: make(chan struct{})}
	conn.Start(s)
	from := uint64(1)
	c := call{device: d.id, from: from}
	began := d.g.now()
	w := request(s, &s.welcomes, wire.Hello{
		ProtoMin: wire.Oldest, ProtoMax: wire.Version, App: "order", Device: d.id, FirstUnsettled: from, LastSent: d.dseq,
	}, 5*time.Second)
	if w == nil {
		d.g.called(d.n, c, began, reply{none: true})
		s.close()
		return nil
	}
	r := reply{last: w.LastDSeq, receipts: map[uint64]string{}}
	for _, x := range w.Receipts {
		r.receipts[x.DSeq] = sum(x, true)
	}
	d.g.called(d.n, c, began, r)
	return s
}

// close hangs up without a word and waits until nothing of it runs.
func (s *socket) close() {
	s.conn.Fail(0, "")
	<-s.conn.Done()
}

// connected gives the device's connection, a new one if the last is over.
func (d *device) connected(ctx context.Context) *socket {
	if d.socket != nil {
		select {
		case <-d.socket.ended:
			d.socket.close()
			d.socket = nil
		default:
			return d.socket
		}
	}
	d.socket = d.dial(ctx)
	return d.socket
}

// pushed is a command under its number on a device.
type pushed struct {
	dseq uint64
	cmd  *command
}

// deliver notes what one push, on whatever way, was answered, and reports
// whether everything has a receipt now.
func (d *device) deliver(ps []pushed, began int64, got *wire.Receipts) bool {
	all := true
	for i, p := range ps {
		c := call{device: d.id, dseq: p.dseq, hash: wire.Hash(p.cmd.body)}
		switch {
		case got != nil && i < len(got.Receipts):
			r := got.Receipts[i]
			d.g.called(d.n, c, began, reply{receipt: sum(r, true)})
			d.g.ended(p.cmd, &r)
			continue
		case got != nil && got.Gap != 0:
			d.g.called(d.n, c, began, reply{gap: got.Gap})
		default:
			d.g.called(d.n, c, began, reply{none: true})
		}
		all = false
	}
	return all
}

func frame(ps []pushed) []wire.PushedCommand {
	out := make([]wire.PushedCommand, len(ps))
	for i, p := range ps {
		out[i] = wire.PushedCommand{DSeq: p.dseq, Body: p.cmd.body}
	}
	return out
}

// over sends by a socket.
func (d *device) over(s *socket, ps []pushed, patience time.Duration) bool {
	began := d.g.now()
	return d.deliver(ps, began, request(s, &s.pushes, wire.Push{Commands: frame(ps)}, patience))
}

// beside gives them to the authority as a session would.
func (d *device) beside(ctx context.Context, ps []pushed) bool {
	began := d.g.now()
	got, err := d.g.authority().Execute(ctx, d.id, frame(ps))
	if err != nil && !errors.Is(err, context.Canceled) {
		d.g.fault("execute: %v", err)
	}
	if err != nil {
		return d.deliver(ps, began, nil)
	}
	return d.deliver(ps, began, &got)
}

// tooOften is how many tries without a receipt no fault of ours explains.
const tooOften = 100

// send sends commands until each has its receipt. With abandon it is tried
// once and the answer may be lost.
func (d *device) send(ctx context.Context, ps []pushed, abandon bool) {
	for try := 0; ; try++ {
		s := d.connected(ctx)
		patience := time.Duration(200+d.r.IntN(3000)) * time.Millisecond
		var wg sync.WaitGroup
		var done atomic.Bool
		go1 := func(fn func() bool) {
			wg.Go(func() {
				if fn() {
					done.Store(true)
				}
			})
		}
		if s != nil {
			go1(func() bool { return d.over(s, ps, patience) })
		}
		switch d.r.IntN(10) {
		case 0: // the same frame once more
			if s != nil {
				d.g.add("repeated")
				go1(func() bool { return d.over(s, ps, patience) })
			}
		case 1: // beside the socket
			d.g.add("beside")
			go1(func() bool { return d.beside(ctx, ps) })
		case 2: // on a second connection at the same time
			d.g.add("second_connections")
			go1(func() bool {
				other := d.dial(ctx)
				if other == nil {
					return false
				}
				defer other.close()
				return d.over(other, ps, patience)
			})
		case 3:
			// Too early: a number is missing before it. Not by the socket, where
			// it might arrive when it is the next.
			d.g.add("gaps")
			early := []pushed{{ps[len(ps)-1].dseq + 2 + d.r.Uint64N(3), d.g.nothing(d)}}
			go1(func() bool { d.beside(ctx, early); return false })
		case 4:
			d.line.Cut()
			d.g.add("cuts")
		}
		wg.Wait()
		if done.Load() {
			return
		}
		if try == tooOften {
			d.g.fault("device %d got no receipt for number %d however often it asked", d.n, ps[0].dseq)
		}
		if abandon || try == tooOften {
			for _, p := range ps {
				d.g.ended(p.cmd, nil)
			}
			return
		}
		d.g.add("retries")
		pause(time.Duration(d.r.IntN(300)) * time.Millisecond)
	}
}

// read asks for a ticket's head.
func (d *device) read(ctx context.Context, id desk.TicketID) {
	s := d.connected(ctx)
	if s == nil {
		return
	}
	began := d.g.now()
	got := request(s, &s.fetches, wire.Fetch{Tickets: []desk.TicketID{id}}, 2*time.Second)
	end := d.g.now()
	if got == nil || len(got.Items) != 1 {
		return // a read nobody heard changes nothing
	}
	var t desk.Ticket
	if err := wire.Unmarshal(got.Items[0].Head, &t); err != nil {
		d.g.fault("head: %v", err)
		return
	}
	head := headOf(&t)
	d.heads[id], d.basis[id] = head, t.LastSeq
	d.g.mu.Lock()
	defer d.g.mu.Unlock()
	d.g.tickets = append(d.g.tickets, porcupine.Operation{
		ClientId: d.n, Input: ask{ticket: id, who: d.who}, Call: began, Output: answer{head: head}, Return: end,
	})
}

func headOf(t *desk.Ticket) ticket {
	return ticket{status: t.Status, priority: t.Priority, assignee: t.Assignee, department: t.Department, lastSeq: t.LastSeq, version: t.Version}
}

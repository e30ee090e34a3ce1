package engine_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"docket/app/desk"
	"docket/sync/link"
	"docket/sync/wire"
)

// peer is the server's end of one connection.
type peer struct {
	t     *testing.T
	conn  *link.Conn
	in    chan wire.Frame
	ended chan link.End
}

func (p *peer) Frame(b []byte) error {
	f, err := wire.DecodeFrame(b, wire.FromClient)
	if err != nil {
		return err
	}
	if ping, ok := f.(*wire.Ping); ok {
		p.send(wire.Pong{N: ping.N, Now: time.Now()})
		return nil
	}
	p.in <- f
	return nil
}

func (p *peer) Closed(e link.End) {
	p.ended <- e
	close(p.in)
}

func (p *peer) send(f wire.Frame) {
	p.t.Helper()
	b, err := wire.EncodeFrame(f)
	if err != nil {
		p.t.Fatal(err)
	}
	p.conn.WaitRoom()
	_ = p.conn.Send(b)
}

// next gives the next frame that is not an ack.
func (p *peer) next() wire.Frame {
	p.t.Helper()
	for {
		select {
		case f, ok := <-p.in:
			if !ok {
				return nil
			}
			if _, ok := f.(*wire.Ack); ok {
				continue
			}
			return f
		case <-time.After(5 * time.Minute):
			p.t.Fatal("no frame")
		}
	}
}

// still reports that no frame but acks is waiting.
func (p *peer) still() bool {
	synctest.Wait()
	for {
		select {
		case f := <-p.in:
			if _, ok := f.(*wire.Ack); !ok && f != nil {
				p.t.Logf("got %T", f)
				return false
			}
			if f == nil {
				return true
			}
		default:
			return true
		}
	}
}

func expect[F wire.Frame](p *peer) F {
	p.t.Helper()
	f := p.next()
	got, ok := f.(F)
	if !ok {
		var want F
		p.t.Fatalf("got %T, want %T", f, want)
	}
	return got
}

// confirm answers a push with receipts.
func (p *peer) confirm(push *wire.Push, ids ...int) {
	p.t.Helper()
	var r wire.Receipts
	for i, c := range push.Commands {
		r.Receipts = append(r.Receipts, desk.Receipt{Command: commandID(ids[i]), DSeq: c.DSeq, Outcome: desk.OK, At: time.Now(), Hash: wire.Hash(c.Body)})
	}
	p.send(r)
}

func page(lane desk.LaneID, asOf uint64, next string) wire.Page {
	body, err := wire.EncodePage(desk.Page{Lane: lane, Epoch: "e1", AsOf: asOf, Hash: []byte{1}, Next: next, Total: 7})
	if err != nil {
		panic(err)
	}
	return wire.Page{Lane: lane, Body: body}
}

func batch(lane desk.LaneID, prev, last uint64) wire.Batch {
	return wire.Batch{Lane: lane, Epoch: "e1", Prev: prev, Last: last, Hash: []byte{1}}
}

func jsonError(w http.ResponseWriter, status int, e *desk.Error) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(e)
}

// answer makes the server answer over HTTP instead of upgrading; nil ends it.
func (w *world) answer(fn func(w http.ResponseWriter, r *http.Request) bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.http = fn
}

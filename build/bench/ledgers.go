//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"docket/app/desk"
	"docket/build/crowd"
	"docket/sync/cmd/docketd/run"
	"docket/sync/wire"
)

// writers is how many wait for their commit at the same time in T2.
const writers = 32

// ledgers measures T2: the ledger with its authority and no network, beside
// NATS JetStream that syncs every message.
func (b *bench) ledgers() error {
	lasts := 2 * time.Second
	if b.standard {
		lasts = 5 * time.Second
	}
	var ours, theirs []result
	for r := range b.rounds {
		one, err := b.ledgerRound(lasts)
		if err != nil {
			return err
		}
		ours = append(ours, one)
		b.say("T2 round %d docket: %.0f replies/s, others %.0f %%", r+1, one.value, one.others)
		if !b.standard {
			continue
		}
		if one, err = b.natsRound(lasts); err != nil {
			return err
		}
		theirs = append(theirs, one)
		b.say("T2 round %d nats: %.0f messages/s, others %.0f %%", r+1, one.value, one.others)
	}
	we, quiet := settle(ours)
	f := figure{
		Figure: "T2", Value: we, Unit: "durable replies/s, 32 writers", Goal: "≥ 2× NATS always", Rounds: len(ours),
		Others: othersOf(append(append([]result{}, ours...), theirs...)), Detail: map[string]any{"nats": "v2.15.2, JetStream on disk, sync_interval always, 32 writers each waiting for its acknowledgement"},
	}
	if len(theirs) == 0 {
		f.note("smoke: no peer in this tier; recorded here before: NATS 5.0k")
		b.print(f)
		return nil
	}
	they, calm := settle(theirs)
	f.Versus = map[string]float64{"nats": they}
	b.print(f.judged(we >= 2*they, min(quiet, calm)))
	return nil
}

func (b *bench) ledgerRound(lasts time.Duration) (result, error) {
	data, err := b.fresh("ledger")
	if err != nil {
		return result{}, err
	}
	defer os.RemoveAll(data)
	passes, err := crowd.Furnish(b.ctx, data, crowd.Desk{Organizations: writers, Customers: 1})
	if err != nil {
		return result{}, err
	}
	srv, err := run.Serve(b.ctx, run.Config{Data: data, Listen: "127.0.0.1:0"})
	if err != nil {
		return result{}, err
	}
	defer srv.Close()
	one := func(p crowd.Pass, n uint64, id desk.TicketID, args desk.Args) error {
		body, err := wire.EncodeCommand(desk.Command{ID: desk.CommandID(crowd.UUID()), Ticket: id, Basis: n, Composed: time.Now().UTC(), Args: args})
		if err != nil {
			return err
		}
		r, err := srv.Authority.Execute(b.ctx, p.Device, []wire.PushedCommand{{DSeq: n, Body: body}})
		if err == nil && (len(r.Receipts) != 1 || r.Receipts[0].Outcome != desk.OK) {
			err = fmt.Errorf("answered %+v", r)
		}
		return err
	}
	body := text(0, replyBytes)
	return b.closedLoop(lasts, func(w int, more func() bool) error {
		id, n := desk.TicketID(crowd.UUID()), uint64(1)
		err := one(passes[w], n, id, desk.Open{Subject: "T2", Text: body, Department: crowd.Department(0), Org: crowd.Org(w)})
		for err == nil && more() {
			n++
			err = one(passes[w], n, id, desk.Reply{Text: body})
		}
		return err
	})
}

// closedLoop runs the writers, each of which asks more before each thing it
// does, and gives how many were done in a second.
func (b *bench) closedLoop(lasts time.Duration, writer func(w int, more func() bool) error, pids ...int) (result, error) {
	var done atomic.Int64
	var wg sync.WaitGroup
	var mu sync.Mutex
	var first error
	m, start := watch(pids...), time.Now()
	for w := range writers {
		wg.Go(func() {
			err := writer(w, func() bool {
				if b.ctx.Err() != nil || time.Since(start) >= lasts {
					return false
				}
				done.Add(1)
				return true
			})
			mu.Lock()
			first = errors.Join(first, err)
			mu.Unlock()
		})
	}
	wg.Wait()
	return result{float64(done.Load()) / time.Since(start).Seconds(), m.others()}, first
}

func (b *bench) natsRound(lasts time.Duration) (result, error) {
	bin, err := b.peer("nats-server", natsModule)
	if err != nil {
		return result{}, err
	}
	addr, err := freeAddress()
	if err != nil {
		return result{}, err
	}
	dir, err := b.fresh("nats")
	if err != nil {
		return result{}, err
	}
	defer os.RemoveAll(dir)
	config := filepath.Join(dir, "nats.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, "listen: %q\njetstream { store_dir: %q, sync_interval: always }\n", addr, dir), 0o600); err != nil {
		return result{}, err
	}
	p, err := b.spawn(func() bool {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			c.Close()
		}
		return err == nil
	}, bin, "-c", config)
	if err != nil {
		return result{}, err
	}
	defer p.kill()
	nc, err := nats.Connect("nats://" + addr)
	if err != nil {
		return result{}, err
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		return result{}, err
	}
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	if _, err := js.CreateStream(ctx, jetstream.StreamConfig{Name: "replies", Subjects: []string{"reply.*"}, Storage: jetstream.FileStorage}); err != nil {
		return result{}, err
	}
	body := []byte(text(0, replyBytes))
	return b.closedLoop(lasts, func(w int, more func() bool) error {
		for more() {
			if _, err := js.Publish(ctx, fmt.Sprintf("reply.%d", w), body); err != nil {
				return err
			}
		}
		return nil
	}, p.pid())
}

//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"docket/app"
	"docket/app/desk"
	"docket/app/notify"
	"docket/build/crowd"
)

// bubble measures C6: the time from sending until the author's own window can
// show it, safely queued, with and without a network.
func (b *bench) bubble() error {
	data, err := b.fresh("docketd")
	if err != nil {
		return err
	}
	defer os.RemoveAll(data)
	if _, err := crowd.Furnish(b.ctx, data, crowd.Desk{Organizations: 1, Customers: 1}); err != nil {
		return err
	}
	srv, err := b.newServer(data)
	if err != nil {
		return err
	}
	if err := srv.start(b.ctx); err != nil {
		return err
	}
	defer srv.kill()
	dir, err := b.fresh("seat")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s := sit(dir, nil, nil, nil)
	defer s.close()
	if err := s.signIn(b, srv.url(), string(crowd.Customer(0, 0)), crowd.Password, 30*time.Second); err != nil {
		return err
	}
	replies := 60
	if b.standard {
		replies = 300
	}
	m := watch(srv.pid())
	online, err := s.bubbles(b, replies)
	if err != nil {
		return err
	}
	srv.kill()
	if err := until(b.ctx, 10*time.Second, "offline", func() bool { return !s.live() }); err != nil {
		return err
	}
	offline, err := s.bubbles(b, replies)
	if err != nil {
		return err
	}
	on, off := online.spread(), offline.spread()
	f := figure{
		Figure: "C6", Value: on.P50, Unit: "ms p50 from sending to the own bubble, queued durably", Goal: "≤ 1 ms in Go, offline too",
		Rounds: 1, Others: []float64{m.others()}, Detail: map[string]any{"online": on, "offline": off},
	}
	quiet := 0
	if f.Others[0] <= busy {
		quiet = 1
	}
	b.print(f.judged(on.P50 <= 1 && off.P50 <= 1, quiet))
	return nil
}

// bubbles opens a request and writes into it; the time of each reply ends when
// the ticket, read as the page reads it, has the reply in it.
func (s *seat) bubbles(b *bench, replies int) (*times, error) {
	o, err := s.api.OpenTicket(app.NewTicket{Subject: "C6", Text: "It does not answer.", Department: string(crowd.Department(0)), Org: string(crowd.Org(0))})
	if err != nil {
		return nil, err
	}
	t, seen := &times{}, 0
	for i := range replies {
		body := text(uint64(i), replyBytes)
		start := time.Now()
		if err := s.api.Reply(o.Ticket, body, nil, seen, "", app.Beside{}); err != nil {
			return nil, err
		}
		v, err := s.api.Ticket(o.Ticket)
		if err != nil {
			return nil, err
		}
		t.add(time.Since(start))
		seen = v.LastSeq // what the page has shown goes with what is written under it
		if n := len(v.Entries); n == 0 || v.Entries[n-1].Text != body {
			return nil, errors.New("the own reply is not the last in the ticket")
		}
		wait(b.ctx, 10*time.Millisecond)
	}
	return t, nil
}

// notification measures P3: how much later than the page the desktop's
// notification service has it.
func (b *bench) notification() error {
	f := figure{Figure: "P3", Unit: "ms p50 from the page to the notification service's answer", Goal: "≤ 1 ms p50 beyond P1", Rounds: 1}
	at, stop, err := b.desktop()
	if err != nil {
		f.note("skipped: " + err.Error())
		b.print(f)
		return nil
	}
	defer stop()
	if err := os.Setenv("DBUS_SESSION_BUS_ADDRESS", at.bus); err != nil {
		return err
	}
	shows, err := notify.NewDesktop("", nil, nil)
	if err != nil {
		return err
	}
	beyond, whole, others, err := b.notified(shows)
	if err != nil {
		return err
	}
	spread := beyond.spread()
	f.Value, f.Others = spread.P50, []float64{others}
	f.Detail = map[string]any{"beyond the page": spread, "from sending": whole.spread()}
	quiet := 0
	if others <= busy {
		quiet = 1
	}
	b.print(f.judged(f.Value <= 1, quiet))
	return nil
}

// notified has a colleague write into a request whose author is told on the
// desktop, some seconds apart.
func (b *bench) notified(shows notify.Notifier) (beyond, whole *times, others float64, err error) {
	shown, paged := make(chan time.Time, 16), make(chan time.Time, 64)
	data, err := b.fresh("docketd")
	if err != nil {
		return nil, nil, 0, err
	}
	passes, err := crowd.Furnish(b.ctx, data, crowd.Desk{Organizations: 1, Customers: 2})
	if err != nil {
		return nil, nil, 0, err
	}
	srv, err := b.newServer(data)
	if err != nil {
		return nil, nil, 0, err
	}
	if err := srv.start(b.ctx); err != nil {
		return nil, nil, 0, err
	}
	defer srv.kill()
	dir, err := b.fresh("seat")
	if err != nil {
		return nil, nil, 0, err
	}
	s := sit(dir, nil, func(event string, _ any) {
		if event == app.EvTicket {
			paged <- time.Now()
		}
	}, &timed{Notifier: shows, shown: shown})
	defer s.close()
	if err := s.signIn(b, srv.url(), string(crowd.Customer(0, 0)), crowd.Password, 30*time.Second); err != nil {
		return nil, nil, 0, err
	}
	o, err := s.api.OpenTicket(app.NewTicket{Subject: "P3", Text: "It does not answer.", Department: string(crowd.Department(0)), Org: string(crowd.Org(0))})
	if err != nil {
		return nil, nil, 0, err
	}
	c := crowd.New(passes[1], crowd.Config{URL: srv.url()})
	if err := c.Connect(b.ctx); err != nil {
		return nil, nil, 0, err
	}
	defer c.Close()
	id := desk.TicketID(o.Ticket)
	if err := until(b.ctx, 10*time.Second, "the colleague has the request", func() bool { return c.Have(id) > 0 }); err != nil {
		return nil, nil, 0, err
	}
	samples := 3
	if b.standard {
		samples = 8
	}
	m := watch(srv.pid())
	beyond, whole = &times{}, &times{}
	for i := range samples {
		wait(b.ctx, 2600*time.Millisecond) // a fifth within ten seconds would be gathered into one
		for len(paged) > 0 {
			<-paged
		}
		start := time.Now()
		if _, err := c.Do(id, uint64(i+1), desk.Reply{Text: text(0, replyBytes)}); err != nil {
			return nil, nil, 0, err
		}
		select {
		case at := <-shown:
			whole.add(at.Sub(start))
			beyond.add(at.Sub(<-paged))
		case <-time.After(10 * time.Second):
			return nil, nil, 0, fmt.Errorf("notification %d did not come", i+1)
		}
	}
	return beyond, whole, m.others(), nil
}

// timed tells when a notification service had taken a toast.
type timed struct {
	notify.Notifier
	shown chan time.Time
}

func (t *timed) Show(toast notify.Toast) error {
	err := t.Notifier.Show(toast)
	if err == nil {
		t.shown <- time.Now()
	}
	return err
}

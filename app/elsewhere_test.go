package app_test

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"testing"

	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
)

// slowly is the connection of the sync alone, of which no more than so many
// bytes come until it is let go.
type slowly struct {
	net.Conn
	sync atomic.Bool
	left *atomic.Int64
	let  chan struct{}
}

func (c *slowly) Write(b []byte) (int, error) {
	if bytes.HasPrefix(b, []byte("GET /v1/sync")) {
		c.sync.Store(true)
	}
	return c.Conn.Write(b)
}

func (c *slowly) Read(b []byte) (int, error) {
	if c.sync.Load() && c.left.Load() <= 0 {
		<-c.let
	}
	n, err := c.Conn.Read(b)
	if c.sync.Load() {
		c.left.Add(-int64(n))
	}
	return n, err
}

// While the first sync is on its way, the server is asked for what is not here
// yet, and what it finds can be brought here before its turn (BEHAVIOURS 0.8).
func TestTheServerIsSearched(t *testing.T) {
	srv := runtest.NewServer(t, "")
	c := srv.Connect("elif")
	var oldest desk.TicketID
	for n := range 40 {
		noise := make([]byte, 15_000)
		_, _ = rand.Read(noise)
		id := desk.TicketID(runtest.UUID())
		subject := "Noise"
		if n == 0 {
			oldest, subject = id, "Needle in the hay"
		}
		c.Must(id, 0, desk.Open{Subject: subject, Text: "it rustles " + hex.EncodeToString(noise), Department: "hosting", Org: "bakery"})
	}
	d := newDesktop(t)
	left, let := &atomic.Int64{}, make(chan struct{})
	free := sync.OnceFunc(func() { close(let) })
	defer free()
	left.Store(120_000)
	d.line.wrap = func(conn net.Conn) net.Conn { return &slowly{Conn: conn, left: left, let: let} }
	if _, err := d.api.SignIn(srv.URL, "jonas", runtest.Password); err != nil {
		t.Fatal(err)
	}
	until(t, "the first tickets are here", func() bool { p, err := d.api.Search("noise", 0); return err == nil && len(p.Results) > 0 })
	if p, err := d.api.Search("needle", 0); err != nil || len(p.Results) > 0 {
		t.Fatalf("it is here before the rest: %+v, %v", p, err)
	}
	p, err := d.api.SearchServer("needle", "")
	noNulls(t, p)
	if err != nil || len(p.Results) != 1 || p.Results[0].Row.ID != string(oldest) || flat(p.Results[0].Subject) != "[Needle] in the hay" || p.Looked < 40 {
		t.Fatalf("the server finds %+v, %v", p, err)
	}
	if p, err := d.api.SearchServer("rustles", ""); err != nil || len(p.Results) == 0 || flat(p.Results[0].Snippet[:2]) != "it [rustles]" {
		t.Errorf("the server finds %+v, %v", p, err)
	}
	brought := make(chan error, 1)
	go func() { brought <- d.api.BringTicket(string(oldest)) }()
	free()
	if err := <-brought; err != nil {
		t.Fatal(err)
	}
	if v := d.ticket(string(oldest)); len(v.Entries) == 0 {
		t.Errorf("brought %+v", v)
	}
	d.live()
	if p, err := d.api.SearchServer("needle", ""); err != nil || len(p.Results) > 0 {
		t.Errorf("what is here is told again: %+v, %v", p, err)
	}
	if err := d.api.BringTicket(runtest.UUID()); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("brings nothing: %v", err)
	}
	d.offline()
	if _, err := d.api.SearchServer("needle", ""); !errors.Is(err, desk.ErrOffline) {
		t.Errorf("offline: %v", err)
	}
}

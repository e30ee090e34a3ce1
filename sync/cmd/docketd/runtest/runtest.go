// Package runtest starts whole servers for tests: real SQLite in a folder of
// the test's, real sockets on loopback, the desk below or the test's own, and
// everybody in it with a password. Client speaks the protocol frame by frame.
package runtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"docket/app/desk"
	"docket/storage/ledger"
	"docket/sync/authority/secret"
	"docket/sync/cmd/docketd/run"
)

// Password is everybody's.
const Password = "correct horse battery"

// Desk is a small desk: two organizations that know nothing of each other,
// three departments, everybody's kind of access.
const Desk = `
desk: {name: Veldhost, phone: "+31 20 555 01 00"}
departments:
  - {id: triage, name: Service desk, triage: true, policy: {recall_seconds: 0}}
  - {id: hosting, name: Hosting, entry: direct, reopen_days: 7, policy: {recall_seconds: 0}}
  - {id: billing, name: Billing, entry: direct, policy: {recall_seconds: 0}}
organizations:
  - id: bakery
    name: Bakery Brandt
    holds:
      - {kind: service, id: vps-1, label: VPS 1}
      - {kind: domain, id: brandt.example}
  - {id: studio, name: Studio Lund}
people:
  - {id: elif, name: Elif Brandt, email: elif@brandt.example, role: customer, memberships: [{org: bakery, access: comment, admin: true}]}
  - {id: max, name: Max Brandt, email: max@brandt.example, role: customer, memberships: [{org: bakery, access: read}]}
  - {id: nina, name: Nina Brandt, email: nina@brandt.example, role: customer, memberships: [{org: bakery, access: none}]}
  - {id: lars, name: Lars Lund, email: lars@lund.example, role: customer, memberships: [{org: studio, access: comment}]}
  - {id: jonas, name: Jonas Vos, email: jonas@veldhost.example, role: engineer, departments: [hosting, triage]}
  - {id: petra, name: Petra Smit, email: petra@veldhost.example, role: engineer, departments: [billing]}
  - {id: lea, name: Lea Moor, email: lea@veldhost.example, role: lead, departments: [hosting]}
  - {id: ada, name: Ada Root, email: ada@veldhost.example, role: admin}
`

// phc is the hash of Password, made once: a hash is slow on purpose.
var phc = sync.OnceValues(func() (string, error) { return secret.Hash(Password) })

// Server is a running server of a test.
type Server struct {
	*run.Server
	Config run.Config
	t      testing.TB
}

// NewServer starts a server over a fresh folder with the desk declared; Desk if
// it is empty. It ends with the test.
func NewServer(t testing.TB, deskYAML string, change ...func(*run.Config)) *Server {
	t.Helper()
	if deskYAML == "" {
		deskYAML = Desk
	}
	s := &Server{t: t, Config: run.Config{
		Data: t.TempDir(), Listen: "127.0.0.1:0", Private: "127.0.0.1:0", Version: "test", Poll: 50 * time.Millisecond, Clerk: -1,
	}}
	for _, f := range change {
		f(&s.Config)
	}
	s.declare(deskYAML)
	s.Start()
	t.Cleanup(func() { _ = s.Server.Close() })
	return s
}

// declare fills the folder: the desk, and a password for everybody in it.
func (s *Server) declare(deskYAML string) {
	s.t.Helper()
	ctx := context.Background()
	if _, err := run.Apply(ctx, s.Config, strings.NewReader(deskYAML), false); err != nil {
		s.t.Fatal(err)
	}
	hash, err := phc()
	if err != nil {
		s.t.Fatal(err)
	}
	l, err := run.Open(ctx, s.Config)
	if err != nil {
		s.t.Fatal(err)
	}
	err = l.Update(ctx, func(tx *ledger.Tx) error {
		place, err := tx.Place()
		if err != nil {
			return err
		}
		for id := range place.People {
			if id == desk.System {
				continue
			}
			if err := tx.SetCredential(id, hash); err != nil {
				return err
			}
		}
		return nil
	})
	if err := l.Close(); err != nil {
		s.t.Error(err)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// Start starts the server again, after Close, over the same folder and under
// the same address.
func (s *Server) Start() {
	s.t.Helper()
	cfg := s.Config
	if s.Server != nil && cfg.Listener == nil {
		cfg.Listen = strings.TrimPrefix(strings.TrimPrefix(s.URL, "https://"), "http://")
	}
	srv, err := run.Serve(context.Background(), cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	s.Server = srv
}

// Restart ends the server and starts it again.
func (s *Server) Restart() {
	s.t.Helper()
	if err := s.Server.Close(); err != nil {
		s.t.Fatal(err)
	}
	s.Start()
}

// Token signs a person in on a new device, without the cost of a password.
func (s *Server) Token(person desk.PersonID) (string, desk.DeviceID) {
	s.t.Helper()
	token, sum := secret.NewToken()
	now := time.Now().UTC()
	if s.Config.Clock != nil {
		now = s.Config.Clock().UTC()
	}
	d := desk.Device{ID: desk.DeviceID(UUID()), Person: person, Name: "test", Created: now, LastSeen: now}
	if err := s.Ledger.Update(context.Background(), func(tx *ledger.Tx) error { return tx.PutDevice(d, sum) }); err != nil {
		s.t.Fatal(err)
	}
	return token, d.ID
}

// Request makes a request as somebody; nobody if the token is empty.
func (s *Server) Request(method, path, token string, body string) *http.Response {
	s.t.Helper()
	req, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

// UUID makes a random id in canonical form, newest last.
func UUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	ms := time.Now().UnixMilli()
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	b[6], b[8] = b[6]&0x0f|0x70, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// Invite makes an invitation and gives its code.
func (s *Server) Invite(person desk.PersonID, expires time.Time) string {
	s.t.Helper()
	code, err := run.Invite(context.Background(), s.Ledger, person, expires)
	if err != nil {
		s.t.Fatal(err)
	}
	return code
}

// Redeclare applies another declaration, as docketd apply does in a process of
// its own: the server is not told.
func (s *Server) Redeclare(deskYAML string) {
	s.t.Helper()
	if _, err := run.Apply(context.Background(), s.Config, strings.NewReader(deskYAML), false); err != nil {
		s.t.Fatal(err)
	}
}

// Revoke signs a device out as another process does.
func (s *Server) Revoke(d desk.DeviceID) {
	s.t.Helper()
	ctx := context.Background()
	l, err := run.Open(ctx, s.Config)
	if err != nil {
		s.t.Fatal(err)
	}
	defer l.Close()
	if err := l.Update(ctx, func(tx *ledger.Tx) error { return tx.RevokeDevice(d) }); err != nil {
		s.t.Fatal(err)
	}
}

// Ticket reads a ticket from the ledger.
func (s *Server) Ticket(id desk.TicketID) *desk.Ticket {
	s.t.Helper()
	var t *desk.Ticket
	if err := s.Ledger.View(context.Background(), func(tx *ledger.Tx) (err error) {
		t, err = tx.Ticket(id)
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
	return t
}

// Entries reads a ticket's conversation from the ledger.
func (s *Server) Entries(id desk.TicketID) []desk.Entry {
	s.t.Helper()
	var out []desk.Entry
	if err := s.Ledger.View(context.Background(), func(tx *ledger.Tx) (err error) {
		out, err = tx.Tail(id, 0)
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
	return out
}

// Heads reads where lanes are.
func (s *Server) Heads(lanes []desk.LaneID) map[desk.LaneID]desk.Cursor {
	s.t.Helper()
	var out map[desk.LaneID]desk.Cursor
	if err := s.Ledger.View(context.Background(), func(tx *ledger.Tx) (err error) {
		out, err = tx.Heads(lanes)
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
	return out
}

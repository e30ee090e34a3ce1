package notify_test

import (
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"docket/app/desk"
	"docket/app/notify"
	"docket/app/notify/notifytest"
)

type notified struct {
	Replaces    uint32
	App, Icon   string
	Title, Body string
	Actions     []string
	Hints       map[string]dbus.Variant
	ID          uint32
}

// service is a notification service that records and can be clicked.
type service struct {
	conn   *dbus.Conn
	caps   []string
	mu     sync.Mutex
	next   uint32
	seen   chan notified
	closed chan uint32
}

func (s *service) GetCapabilities() ([]string, *dbus.Error) { return s.caps, nil }

func (s *service) Notify(app string, replaces uint32, icon, title, body string, actions []string, hints map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	s.mu.Lock()
	id := replaces
	if id == 0 {
		s.next++
		id = s.next
	}
	s.mu.Unlock()
	s.seen <- notified{Replaces: replaces, App: app, Icon: icon, Title: title, Body: body, Actions: actions, Hints: hints, ID: id}
	return id, nil
}

func (s *service) CloseNotification(id uint32) *dbus.Error {
	s.closed <- id
	return nil
}

func (s *service) emit(t *testing.T, signal string, args ...any) {
	t.Helper()
	if err := s.conn.Emit("/org/freedesktop/Notifications", "org.freedesktop.Notifications."+signal, args...); err != nil {
		t.Fatal(err)
	}
}

func serve(t *testing.T, addr string, caps ...string) *service {
	t.Helper()
	conn, err := dbus.Connect(addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	s := &service{conn: conn, caps: caps, seen: make(chan notified, 20), closed: make(chan uint32, 20)}
	if err := conn.Export(s, "/org/freedesktop/Notifications", "org.freedesktop.Notifications"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.RequestName("org.freedesktop.Notifications", dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	return s
}

func take[T any](t *testing.T, c <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(10 * time.Second):
		t.Fatal(what, "did not happen")
		panic("unreachable")
	}
}

func TestClickOpensAndDismissalDoesNot(t *testing.T) {
	s := serve(t, notifytest.Bus(t), "actions", "body", "body-markup")
	opened := make(chan string, 5)
	d, err := notify.NewDesktop("/x/icon.png", func(id desk.TicketID, token string) { opened <- string(id) + "/" + token }, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	show := func(ticket, body string) notified {
		t.Helper()
		if err := d.Show(notify.Toast{ID: ticket, Ticket: desk.TicketID(ticket), Title: "Els wrote", Body: body}); err != nil {
			t.Fatal(err)
		}
		return take(t, s.seen, "the notification")
	}
	first := show("one", "<b>&</b>")
	if first.Body != "&lt;b&gt;&amp;&lt;/b&gt;" || first.App != "Docket" || first.Icon != "/x/icon.png" || len(first.Actions) != 2 || first.Actions[0] != "default" {
		t.Errorf("got %+v", first)
	}
	if first.Hints["category"].Value() != "im.received" || first.Hints["desktop-entry"].Value() != "docket" {
		t.Errorf("hints %v", first.Hints)
	}
	if again := show("one", "x"); again.Replaces != first.ID {
		t.Errorf("the same ticket's toast replaces %d, want %d", again.Replaces, first.ID)
	}
	two := show("two", "y")
	if two.Replaces != 0 {
		t.Error("another ticket's toast replaces the first")
	}
	// Dismissed by its person: nothing may open.
	s.emit(t, "NotificationClosed", first.ID, uint32(2))
	s.emit(t, "ActionInvoked", uint32(999), "default") // somebody else's
	s.emit(t, "ActionInvoked", two.ID, "other")
	s.emit(t, "ActivationToken", two.ID, "token-1")
	s.emit(t, "ActionInvoked", two.ID, "default")
	if got := take(t, opened, "opening"); got != "two/token-1" {
		t.Errorf("opened %q, want only the clicked one", got)
	}
	if again := show("one", "z"); again.Replaces != 0 {
		t.Error("a dismissed toast is replaced, so it never comes up again")
	}
	d.Withdraw("two")
	if id := take(t, s.closed, "closing"); id != two.ID {
		t.Errorf("closed %d, want %d", id, two.ID)
	}
	select {
	case x := <-opened:
		t.Errorf("opened %q too", x)
	default:
	}
}

func TestAServiceWithoutMarkupOrActionsGetsNone(t *testing.T) {
	s := serve(t, notifytest.Bus(t), "body")
	d, err := notify.NewDesktop("", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Show(notify.Toast{ID: "1", Title: "t", Body: "a < b"}); err != nil {
		t.Fatal(err)
	}
	if got := take(t, s.seen, "the notification"); got.Body != "a < b" || len(got.Actions) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestWithoutABusThereIsStillANotifier(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	if _, ok := notify.New("", nil, nil).(*notify.Plain); !ok {
		t.Error("no session bus, and not the plain notifier")
	}
}

// What rings can be acknowledged on the notification itself, and nothing else can.
func TestAcknowledgedOnTheToast(t *testing.T) {
	s := serve(t, notifytest.Bus(t), "actions", "body")
	opened, acked := make(chan string, 5), make(chan string, 5)
	d, err := notify.NewDesktop("", func(id desk.TicketID, _ string) { opened <- string(id) }, func(id desk.TicketID) { acked <- string(id) })
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	show := func(toast notify.Toast) notified {
		t.Helper()
		if err := d.Show(toast); err != nil {
			t.Fatal(err)
		}
		return take(t, s.seen, "the notification")
	}
	plain := show(notify.Toast{ID: "a", Ticket: "a", Title: "Els wrote"})
	ring := show(notify.Toast{ID: "b", Ticket: "b", Title: "Emergency: you are called", Urgent: true, Acknowledge: true})
	if len(plain.Actions) != 2 || len(ring.Actions) != 4 || ring.Actions[2] != "acknowledge" || ring.Hints["urgency"].Value() != byte(2) {
		t.Errorf("actions %q and %q, %v", plain.Actions, ring.Actions, ring.Hints)
	}
	s.emit(t, "ActionInvoked", plain.ID, "acknowledge") // which it was not offered
	s.emit(t, "ActionInvoked", ring.ID, "acknowledge")
	if got := take(t, acked, "the acknowledgement"); got != "b" {
		t.Errorf("acknowledged %q", got)
	}
	s.emit(t, "ActionInvoked", ring.ID, "default")
	if got := take(t, opened, "opening"); got != "b" || len(acked) > 0 {
		t.Errorf("opened %q, acknowledged %d more", got, len(acked))
	}
}

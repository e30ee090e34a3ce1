package notify

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"

	"docket/app/desk"
	"docket/app/language"
)

const (
	busName = "org.freedesktop.Notifications"
	busPath = dbus.ObjectPath("/org/freedesktop/Notifications")
	// patience with a notification service that does not answer.
	patience = 5 * time.Second
	// ackAction is the button of a toast that says: I have it.
	ackAction = "acknowledge"
)

// Desktop speaks to org.freedesktop.Notifications itself, because only so a
// click is told from a dismissal and a toast can be replaced (LIBRARIES 0.3).
type Desktop struct {
	conn     *dbus.Conn
	obj      dbus.BusObject
	icon     string
	activate func(t desk.TicketID, token string)
	ack      func(t desk.TicketID)
	fallback Notifier
	signals  chan *dbus.Signal
	done     chan struct{}

	mu     sync.Mutex // guards what follows
	caps   []string
	known  bool
	ids    map[string]uint32
	toasts map[uint32]Toast
	tokens map[uint32]string
}

// New gives the best notifier this session has. icon is a file; activate is
// called, from a goroutine of the notifier, when a toast is clicked, ack when
// its person says on it that they have what they are called to.
func New(icon string, activate func(t desk.TicketID, token string), ack func(t desk.TicketID)) Notifier {
	d, err := NewDesktop(icon, activate, ack)
	if err != nil {
		return NewPlain(icon)
	}
	return d
}

// NewDesktop connects to the session bus.
func NewDesktop(icon string, activate func(t desk.TicketID, token string), ack func(t desk.TicketID)) (*Desktop, error) {
	conn, err := ConnectBus()
	if err != nil {
		return nil, err
	}
	d := &Desktop{
		conn: conn, obj: conn.Object(busName, busPath), icon: icon, activate: activate, ack: ack, fallback: NewPlain(icon),
		signals: make(chan *dbus.Signal, 64), done: make(chan struct{}),
		ids: map[string]uint32{}, toasts: map[uint32]Toast{}, tokens: map[uint32]string{},
	}
	if err := conn.AddMatchSignal(dbus.WithMatchInterface(busName), dbus.WithMatchObjectPath(busPath)); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if err := conn.AddMatchSignal(dbus.WithMatchInterface("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, busName)); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	conn.Signal(d.signals)
	go d.listen()
	return d, nil
}

// ConnectBus connects to the bus of the session. It never launches one: a program that shows notifications in a
// session without one would start a second session.
func ConnectBus() (*dbus.Conn, error) {
	addr := os.Getenv("DBUS_SESSION_BUS_ADDRESS")
	if addr == "" || addr == "autolaunch:" {
		path := filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "bus")
		if _, err := os.Stat(path); err != nil {
			return nil, errors.New("no session bus")
		}
		addr = "unix:path=" + path
	}
	return dbus.Connect(addr)
}

func (d *Desktop) listen() {
	defer close(d.done)
	for s := range d.signals {
		d.hear(s)
	}
}

func (d *Desktop) hear(s *dbus.Signal) {
	if s.Name == "org.freedesktop.DBus.NameOwnerChanged" {
		d.mu.Lock()
		d.known = false // another service may be able to do other things
		clear(d.ids)
		clear(d.toasts)
		clear(d.tokens)
		d.mu.Unlock()
		return
	}
	if len(s.Body) < 2 {
		return
	}
	id, ok := s.Body[0].(uint32)
	if !ok {
		return
	}
	d.mu.Lock()
	toast, mine := d.toasts[id]
	if !mine {
		d.mu.Unlock()
		return
	}
	token := d.tokens[id]
	clicked, acked := false, false
	switch s.Name {
	case busName + ".ActivationToken":
		d.tokens[id], _ = s.Body[1].(string)
	case busName + ".ActionInvoked":
		action, _ := s.Body[1].(string)
		clicked, acked = action == "default", action == ackAction && toast.Acknowledge
	case busName + ".NotificationClosed":
		delete(d.toasts, id)
		delete(d.tokens, id)
		if d.ids[toast.ID] == id {
			delete(d.ids, toast.ID)
		}
	}
	d.mu.Unlock()
	if acked && d.ack != nil {
		d.ack(toast.Ticket)
	}
	if clicked && d.activate != nil {
		d.activate(toast.Ticket, token)
	}
}

// capable reports whether the service can do what; asked once per service.
func (d *Desktop) capable(what string) bool {
	d.mu.Lock()
	known, caps := d.known, d.caps
	d.mu.Unlock()
	if !known {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := d.obj.CallWithContext(ctx, busName+".GetCapabilities", 0).Store(&caps); err != nil {
			return false
		}
		d.mu.Lock()
		d.known, d.caps = true, caps
		d.mu.Unlock()
	}
	return slices.Contains(caps, what)
}

// Show implements Notifier. When the service does not take it, beeep tries.
func (d *Desktop) Show(t Toast) error {
	body := t.Body
	if d.capable("body-markup") {
		body = markup.Replace(body)
	}
	actions := []string{}
	if d.capable("actions") {
		actions = []string{"default", language.Say("Open|verb")}
		if t.Acknowledge {
			actions = append(actions, ackAction, language.Say("Acknowledge"))
		}
	}
	urgency := byte(1)
	if t.Urgent {
		urgency = 2
	}
	hints := map[string]dbus.Variant{
		"urgency": dbus.MakeVariant(urgency), "category": dbus.MakeVariant("im.received"), "desktop-entry": dbus.MakeVariant("docket"),
	}
	// The lock is held over the call so that a click cannot be heard before it
	// is known which ticket the new toast belongs to.
	d.mu.Lock()
	old := d.ids[t.ID]
	var id uint32
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err := d.obj.CallWithContext(ctx, busName+".Notify", 0, "Docket", old, d.icon, t.Title, body, actions, hints, int32(-1)).Store(&id)
	if err == nil {
		if old != id {
			delete(d.toasts, old)
		}
		d.ids[t.ID], d.toasts[id] = id, t
		d.mu.Unlock()
		return nil
	}
	d.mu.Unlock()
	return d.fallback.Show(t)
}

// Withdraw implements Notifier.
func (d *Desktop) Withdraw(key string) {
	d.mu.Lock()
	id, ok := d.ids[key]
	delete(d.ids, key)
	delete(d.toasts, id)
	d.mu.Unlock()
	if ok {
		d.obj.Call(busName+".CloseNotification", dbus.FlagNoReplyExpected, id)
	}
}

// Badge implements the interface of that name by the signal that docks of Linux
// desktops listen for; whoever does not hears nothing.
func (d *Desktop) Badge(n int) {
	_ = d.conn.Emit("/com/canonical/unity/launcherentry/1", "com.canonical.Unity.LauncherEntry.Update", "application://docket.desktop",
		map[string]dbus.Variant{"count": dbus.MakeVariant(int64(n)), "count-visible": dbus.MakeVariant(n > 0)})
}

// Close implements Notifier. Toasts stay: they may still be read.
func (d *Desktop) Close() error {
	err := d.conn.Close() // closes d.signals too
	<-d.done
	return err
}

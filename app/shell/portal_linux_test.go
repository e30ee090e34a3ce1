package shell

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"

	"docket/app/notify/notifytest"
)

// portal is a desktop's that answers as it was told.
type portal struct {
	conn  *dbus.Conn
	asked chan map[string]dbus.Variant

	mu   sync.Mutex // guards what follows
	code uint32
	uri  string
}

func (p *portal) answers(code uint32, uri string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.code, p.uri = code, uri
}

func (p *portal) Screenshot(_ string, options map[string]dbus.Variant) (dbus.ObjectPath, *dbus.Error) {
	p.asked <- options
	p.mu.Lock()
	defer p.mu.Unlock()
	path := dbus.ObjectPath("/org/freedesktop/portal/desktop/request/1")
	// Another's answer comes first.
	_ = p.conn.Emit("/org/freedesktop/portal/desktop/request/0", "org.freedesktop.portal.Request.Response", uint32(1), map[string]dbus.Variant{})
	_ = p.conn.Emit(path, "org.freedesktop.portal.Request.Response", p.code, map[string]dbus.Variant{"uri": dbus.MakeVariant(p.uri)})
	return path, nil
}

func TestThePortalsPicture(t *testing.T) {
	addr := notifytest.Bus(t)
	ours, err := dbus.Connect(addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ours.Close() })
	if _, err := portalShot(t.Context(), ours); !errors.Is(err, errPortal) {
		t.Errorf("without a portal: %v", err)
	}
	conn, err := dbus.Connect(addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	p := &portal{conn: conn, asked: make(chan map[string]dbus.Variant, 9)}
	if err := conn.Export(p, portalPath, "org.freedesktop.portal.Screenshot"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.RequestName(portalName, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "Screen shot ü.png")
	if err := os.WriteFile(path, []byte("the screen"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := (&url.URL{Scheme: "file", Path: path}).String()
	p.answers(0, file)
	b, err := portalShot(t.Context(), ours)
	if err != nil || string(b) != "the screen" {
		t.Errorf("got %q, %v", b, err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the desktop's file is still there: %v", err)
	}
	if o := <-p.asked; o["interactive"].Value() != true {
		t.Errorf("its person is not asked: %v", o)
	}
	p.answers(1, file)
	if b, err := portalShot(t.Context(), ours); b != nil || err != nil {
		t.Errorf("thought better: %q, %v", b, err)
	}
	p.answers(2, file)
	if _, err := portalShot(t.Context(), ours); !errors.Is(err, errPortal) {
		t.Errorf("refused: %v", err)
	}
	p.answers(0, "https://elsewhere.example/x.png")
	if _, err := portalShot(t.Context(), ours); !errors.Is(err, errPortal) {
		t.Errorf("an address that is no file: %v", err)
	}
}

package tray_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"testing"

	"github.com/godbus/dbus/v5"

	"docket/app/notify/notifytest"
	"docket/app/tray"
)

// panel is what shows icons in a session: it is told of each and reads it.
type panel struct {
	conn  *dbus.Conn
	items chan string
}

func (p *panel) RegisterStatusNotifierItem(name string) *dbus.Error {
	p.items <- name
	return nil
}

func newPanel(t *testing.T, addr string) *panel {
	t.Helper()
	conn, err := dbus.Connect(addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	p := &panel{conn: conn, items: make(chan string, 8)}
	if err := conn.Export(p, "/StatusNotifierWatcher", "org.kde.StatusNotifierWatcher"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.RequestName("org.kde.StatusNotifierWatcher", dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	return p
}

type row struct {
	ID       int32
	Props    map[string]dbus.Variant
	Children []dbus.Variant
}

// lines reads the menu as a panel does: labels, "-" for a line between.
func (p *panel) lines(t *testing.T, name string) (out []string, ids []int32) {
	t.Helper()
	var revision uint32
	var root row
	if err := p.conn.Object(name, "/StatusNotifierItem/Menu").Call("com.canonical.dbusmenu.GetLayout", 0, int32(0), int32(-1), []string{}).Store(&revision, &root); err != nil {
		t.Fatal(err)
	}
	for _, c := range root.Children {
		var r row
		if err := dbus.Store([]any{c.Value()}, &r); err != nil {
			t.Fatal(err)
		}
		label, ok := r.Props["label"].Value().(string)
		if !ok {
			label = "-"
		}
		out, ids = append(out, label), append(ids, r.ID)
	}
	return out, ids
}

func (p *panel) property(t *testing.T, name, which string) any {
	t.Helper()
	v, err := p.conn.Object(name, "/StatusNotifierItem").GetProperty("org.kde.StatusNotifierItem." + which)
	if err != nil {
		t.Fatal(err)
	}
	return v.Value()
}

func icon(t *testing.T) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 64, 64))
	for i := range 64 * 64 {
		img.SetNRGBA(i%64, i/64, color.NRGBA{R: 1, G: 2, B: 3, A: 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A panel shows the icon, its tip and its menu, and tells what is pressed; one
// that comes later or is started again is given the icon, too.
func TestAPanelShowsTheIcon(t *testing.T) {
	addr := notifytest.Bus(t)
	acts := make(chan string, 8)
	tr := tray.New(icon(t), func(id string) { acts <- id })
	defer tr.Close()
	shown := tray.State{Shown: true, Tip: "Docket (2)", Marked: true, Items: []tray.Item{{ID: tray.Open, Label: "Open Docket"}, {}, {ID: "quit", Label: "Quit Docket"}}}
	tr.Set(shown) // nobody is there who could show it

	p := newPanel(t, addr)
	name := <-p.items
	if got, ids := p.lines(t, name); len(got) != 3 || got[0] != "Open Docket" || got[1] != "-" || got[2] != "Quit Docket" {
		t.Errorf("the menu says %q", got)
	} else if err := p.conn.Object(name, "/StatusNotifierItem/Menu").Call("com.canonical.dbusmenu.Event", 0, ids[2], "clicked", dbus.MakeVariant(""), uint32(0)).Err; err != nil || <-acts != "quit" {
		t.Errorf("pressing the last line is not told: %v", err)
	}
	if err := p.conn.Object(name, "/StatusNotifierItem").Call("org.kde.StatusNotifierItem.Activate", 0, int32(0), int32(0)).Err; err != nil || <-acts != tray.Open {
		t.Errorf("pressing the icon is not told: %v", err)
	}
	// Of the first size, the corner of the icon with the dot, and without.
	corner := func() [4]byte {
		pix := p.property(t, name, "IconPixmap").([][]any)
		w, data := pix[0][0].(int32), pix[0][2].([]byte)
		at := 4 * (17*w + 17)
		return [4]byte(data[at : at+4])
	}
	if got := corner(); got != [4]byte{0xFF, 0xD9, 0x2D, 0x20} {
		t.Errorf("the dot is % x", got)
	}
	shown.Marked, shown.Tip = false, "Docket"
	shown.Items = shown.Items[:1]
	tr.Set(shown)
	if got := corner(); got != [4]byte{255, 1, 2, 3} {
		t.Errorf("without a dot the corner is % x", got)
	}
	if got := p.property(t, name, "ToolTip").([]any)[2]; got != "Docket" {
		t.Errorf("the tip is %q", got)
	}
	if got, _ := p.lines(t, name); len(got) != 1 {
		t.Errorf("the menu says %q", got)
	}

	// The panel is started again.
	if _, err := p.conn.ReleaseName("org.kde.StatusNotifierWatcher"); err != nil {
		t.Fatal(err)
	}
	again := newPanel(t, addr)
	if got := <-again.items; got != name {
		t.Errorf("%q came to the new panel", got)
	}

	// What is not to be shown is gone from the bus, and comes back.
	tr.Set(tray.State{})
	var there bool
	if err := again.conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, name).Store(&there); err != nil || there {
		t.Errorf("it is still there: %v, %v", there, err)
	}
	tr.Set(shown)
	if got := <-again.items; got != name {
		t.Errorf("%q came back", got)
	}
}

// Lines that are not there and questions nobody asked are answered, not fatal.
func TestAPanelThatAsksForWhatIsNotThere(t *testing.T) {
	addr := notifytest.Bus(t)
	p := newPanel(t, addr)
	tr := tray.New(icon(t), func(id string) { t.Errorf("%q was told", id) })
	defer tr.Close()
	tr.Set(tray.State{Shown: true, Items: []tray.Item{{ID: "x", Label: "X"}, {}}})
	menu := p.conn.Object(<-p.items, "/StatusNotifierItem/Menu")
	for _, id := range []int32{-1, 0, 2, 3, 1 << 30} {
		if err := menu.Call("com.canonical.dbusmenu.Event", 0, id, "clicked", dbus.MakeVariant(""), uint32(0)).Err; err != nil {
			t.Error(err)
		}
	}
	if err := menu.Call("com.canonical.dbusmenu.Event", 0, int32(1), "hovered", dbus.MakeVariant(""), uint32(0)).Err; err != nil {
		t.Error(err)
	}
	for _, id := range []int32{-5, 3} {
		if err := menu.Call("com.canonical.dbusmenu.GetLayout", 0, id, int32(-1), []string{}).Err; err == nil {
			t.Errorf("line %d is there", id)
		}
	}
	var v dbus.Variant
	if err := menu.Call("com.canonical.dbusmenu.GetProperty", 0, int32(1), "label").Store(&v); err != nil || v.Value() != "X" {
		t.Errorf("%v, %v", v, err)
	}
}

// Without a bus, with one that is gone and with a broken picture nothing is
// shown and nothing is wrong.
func TestNowhereToShowIt(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+t.TempDir()+"/none")
	tr := tray.New(icon(t), func(string) {})
	tr.Set(tray.State{Shown: true})
	tr.Set(tray.State{Shown: true})
	tr.Close()
	notifytest.Bus(t)
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") == "" {
		t.Fatal("no bus")
	}
	broken := tray.New([]byte("no picture"), func(string) {})
	broken.Set(tray.State{Shown: true})
	broken.Close()
}

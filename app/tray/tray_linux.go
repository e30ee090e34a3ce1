package tray

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"sync"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/introspect"
	"github.com/godbus/dbus/v5/prop"
	"golang.org/x/image/draw"

	"docket/app/notify"
)

// The names of the protocol (freedesktop.org, StatusNotifierItem, as KDE and
// every host speak it).
const (
	itemFace    = "org.kde.StatusNotifierItem"
	itemPath    = dbus.ObjectPath("/StatusNotifierItem")
	watcher     = "org.kde.StatusNotifierWatcher"
	watcherPath = dbus.ObjectPath("/StatusNotifierWatcher")
)

// sizes are how large the icon is offered, in pixels a side.
var sizes = [...]int{22, 32, 48}

// pixmap is a picture as the protocol has it: alpha, red, green, blue.
type pixmap struct {
	W, H int32
	Data []byte
}

// tip is a tool tip: icon name, icons, title, text.
type tip struct {
	Icon  string
	Icons []pixmap
	Title string
	Text  string
}

// Tray is the icon. While nothing is shown there is no connection.
type Tray struct {
	icon []byte
	act  func(id string)

	mu   sync.Mutex // guards shown
	link *link      // nil while nothing is shown
}

// New makes a tray whose icon is a PNG; act is told what is chosen, from a
// goroutine of the tray.
func New(icon []byte, act func(id string)) *Tray { return &Tray{icon: icon, act: act} }

// Set shows a state. Where there is no bus or nobody who shows icons, nothing is
// shown and nothing is wrong.
func (t *Tray) Set(s State) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case !s.Shown:
		t.hide()
	case t.link == nil:
		l, err := newLink(t.icon, t.act, s)
		if err != nil {
			return
		}
		t.link = l
	default:
		t.link.set(s)
	}
}

// Close takes the icon away and waits for what it runs.
func (t *Tray) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.hide()
}

func (t *Tray) hide() {
	if t.link != nil {
		t.link.close()
		t.link = nil
	}
}

// link is an icon that is shown.
type link struct {
	conn    *dbus.Conn
	props   *prop.Properties
	menu    *menu
	plain   []pixmap
	marked  []pixmap
	signals chan *dbus.Signal
	done    chan struct{}
}

func newLink(icon []byte, act func(id string), s State) (*link, error) {
	plain, marked, err := pictures(icon)
	if err != nil {
		return nil, err
	}
	conn, err := notify.ConnectBus()
	if err != nil {
		return nil, err
	}
	l := &link{conn: conn, plain: plain, marked: marked, signals: make(chan *dbus.Signal, 8), done: make(chan struct{})}
	if err := l.export(act, s); err != nil {
		_ = conn.Close()
		return nil, err
	}
	conn.Signal(l.signals)
	go l.listen()
	return l, nil
}

func (l *link) export(act func(id string), s State) error {
	changed := func(v any) *prop.Prop { return &prop.Prop{Value: v, Emit: prop.EmitTrue} }
	fixed := func(v any) *prop.Prop { return &prop.Prop{Value: v, Emit: prop.EmitConst} }
	var err error
	l.props, err = prop.Export(l.conn, itemPath, prop.Map{itemFace: {
		"Category": fixed("Communications"), "Id": fixed("docket"), "Title": fixed("Docket"), "Status": fixed("Active"),
		"WindowId": fixed(int32(0)), "IconName": fixed(""), "ItemIsMenu": fixed(false), "Menu": fixed(menuPath),
		"IconPixmap": changed(l.picture(s.Marked)), "ToolTip": changed(tip{Title: s.Tip}),
	}})
	if err != nil {
		return err
	}
	if err := l.conn.Export(item{act}, itemPath, itemFace); err != nil {
		return err
	}
	node := &introspect.Node{Name: string(itemPath), Interfaces: []introspect.Interface{
		introspect.IntrospectData, prop.IntrospectData,
		{Name: itemFace, Methods: introspect.Methods(item{}), Properties: l.props.Introspection(itemFace), Signals: []introspect.Signal{{Name: "NewIcon"}, {Name: "NewToolTip"}}},
	}}
	if err := l.conn.Export(introspect.NewIntrospectable(node), itemPath, "org.freedesktop.DBus.Introspectable"); err != nil {
		return err
	}
	if l.menu, err = newMenu(l.conn, act, s.Items); err != nil {
		return err
	}
	if _, err := l.conn.RequestName(l.name(), dbus.NameFlagDoNotQueue); err != nil {
		return err
	}
	// A panel that is started again asks nobody: whoever has an icon comes to it.
	if err := l.conn.AddMatchSignal(dbus.WithMatchInterface("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, watcher)); err != nil {
		return err
	}
	l.register()
	return nil
}

// name is this connection's name on the bus; a program has one icon.
func (l *link) name() string { return fmt.Sprintf("%s-%d-1", itemFace, os.Getpid()) }

// register asks the panel to show the icon. Nobody may be there to do so; then
// the next one that comes is asked.
func (l *link) register() {
	l.conn.Object(watcher, watcherPath).Go(watcher+".RegisterStatusNotifierItem", dbus.FlagNoReplyExpected|dbus.FlagNoAutoStart, nil, l.name())
}

func (l *link) listen() {
	defer close(l.done)
	for s := range l.signals {
		if s.Name != "org.freedesktop.DBus.NameOwnerChanged" || len(s.Body) < 3 {
			continue
		}
		if owner, _ := s.Body[2].(string); owner != "" {
			l.register()
		}
	}
}

func (l *link) picture(marked bool) []pixmap {
	if marked {
		return l.marked
	}
	return l.plain
}

func (l *link) set(s State) {
	l.props.SetMust(itemFace, "IconPixmap", l.picture(s.Marked))
	l.props.SetMust(itemFace, "ToolTip", tip{Title: s.Tip})
	_ = l.conn.Emit(itemPath, itemFace+".NewIcon")
	_ = l.conn.Emit(itemPath, itemFace+".NewToolTip")
	l.menu.set(s.Items)
}

func (l *link) close() {
	_ = l.conn.Close() // also ends the signals
	<-l.done
}

// item is what a panel calls.
type item struct{ act func(id string) }

// Activate is a press on the icon.
func (i item) Activate(_, _ int32) *dbus.Error {
	i.act(Open)
	return nil
}

// SecondaryActivate is one with the middle button.
func (i item) SecondaryActivate(x, y int32) *dbus.Error { return i.Activate(x, y) }

// ContextMenu is for hosts that do not show menus themselves; there is none but the exported one.
func (i item) ContextMenu(_, _ int32) *dbus.Error { return nil }

// Scroll means nothing here.
func (i item) Scroll(_ int32, _ string) *dbus.Error { return nil }

// pictures gives the icon in its sizes, without and with the dot.
func pictures(icon []byte) (plain, marked []pixmap, err error) {
	src, err := png.Decode(bytes.NewReader(icon))
	if err != nil {
		return nil, nil, fmt.Errorf("the icon: %w", err)
	}
	for _, size := range sizes {
		img := image.NewNRGBA(image.Rect(0, 0, size, size))
		draw.CatmullRom.Scale(img, img.Bounds(), src, src.Bounds(), draw.Src, nil)
		plain = append(plain, argb(img))
		dot(img)
		marked = append(marked, argb(img))
	}
	return plain, marked, nil
}

// dot puts the mark into the corner, with a rim that keeps it apart from the icon.
func dot(img *image.NRGBA) {
	size := float64(img.Bounds().Dx())
	r, rim := size*0.22, size*0.06
	at := size - r - 0.5
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			dx, dy := float64(x)+0.5-at, float64(y)+0.5-at
			switch d := dx*dx + dy*dy; {
			case d <= r*r:
				img.SetNRGBA(x, y, color.NRGBA{R: 0xD9, G: 0x2D, B: 0x20, A: 0xFF})
			case d <= (r+rim)*(r+rim):
				img.SetNRGBA(x, y, color.NRGBA{})
			}
		}
	}
}

// argb gives the bytes of a picture in the order of the protocol.
func argb(img *image.NRGBA) pixmap {
	b := img.Bounds()
	out := make([]byte, 0, 4*b.Dx()*b.Dy())
	for i := 0; i < len(img.Pix); i += 4 {
		out = append(out, img.Pix[i+3], img.Pix[i], img.Pix[i+1], img.Pix[i+2])
	}
	return pixmap{W: int32(b.Dx()), H: int32(b.Dy()), Data: out} //nolint:gosec // 48 at most
}

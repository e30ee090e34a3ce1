package tray

import (
	"slices"
	"sync"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/introspect"
	"github.com/godbus/dbus/v5/prop"
)

const (
	menuFace = "com.canonical.dbusmenu"
	menuPath = dbus.ObjectPath("/StatusNotifierItem/Menu")
)

// menu is the icon's menu as panels read it: one level, whose ids are the
// places of its lines, from 1; 0 is the menu itself.
type menu struct {
	conn *dbus.Conn
	act  func(id string)

	mu       sync.Mutex // guards what follows
	items    []Item
	revision uint32
}

// layout is a line with those below it.
type layout struct {
	ID       int32
	Props    map[string]dbus.Variant
	Children []dbus.Variant
}

// line is a line's properties.
type line struct {
	ID    int32
	Props map[string]dbus.Variant
}

// event is something that was done to a line.
type event struct {
	ID   int32
	Kind string
	Data dbus.Variant
	At   uint32
}

func newMenu(conn *dbus.Conn, act func(id string), items []Item) (*menu, error) {
	m := &menu{conn: conn, act: act, items: items, revision: 1}
	fixed := func(v any) *prop.Prop { return &prop.Prop{Value: v, Emit: prop.EmitConst} }
	props, err := prop.Export(conn, menuPath, prop.Map{menuFace: {"Version": fixed(uint32(3)), "TextDirection": fixed("ltr"), "Status": fixed("normal"), "IconThemePath": fixed([]string{})}})
	if err != nil {
		return nil, err
	}
	if err := conn.Export(face{m}, menuPath, menuFace); err != nil {
		return nil, err
	}
	node := &introspect.Node{Name: string(menuPath), Interfaces: []introspect.Interface{
		introspect.IntrospectData, prop.IntrospectData,
		{Name: menuFace, Methods: introspect.Methods(face{}), Properties: props.Introspection(menuFace), Signals: []introspect.Signal{
			{Name: "LayoutUpdated", Args: []introspect.Arg{{Name: "revision", Type: "u"}, {Name: "parent", Type: "i"}}},
		}},
	}}
	return m, conn.Export(introspect.NewIntrospectable(node), menuPath, "org.freedesktop.DBus.Introspectable")
}

func (m *menu) set(items []Item) {
	m.mu.Lock()
	if slices.Equal(items, m.items) {
		m.mu.Unlock()
		return
	}
	m.items = items
	m.revision++
	revision := m.revision
	m.mu.Unlock()
	_ = m.conn.Emit(menuPath, menuFace+".LayoutUpdated", revision, int32(0))
}

func (m *menu) props(id int32) map[string]dbus.Variant {
	if id == 0 {
		return map[string]dbus.Variant{"children-display": dbus.MakeVariant("submenu")}
	}
	if id < 0 || int(id) > len(m.items) {
		return nil
	}
	if it := m.items[id-1]; it.Label != "" {
		return map[string]dbus.Variant{"label": dbus.MakeVariant(it.Label)}
	}
	return map[string]dbus.Variant{"type": dbus.MakeVariant("separator")}
}

// face is what of a menu stands on the bus.
type face struct{ m *menu }

// GetLayout gives a line and those below it.
func (f face) GetLayout(parent, depth int32, _ []string) (uint32, layout, *dbus.Error) {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	props := f.m.props(parent)
	if props == nil {
		return 0, layout{}, noSuchLine
	}
	out := layout{ID: parent, Props: props, Children: []dbus.Variant{}}
	if parent == 0 && depth != 0 {
		for i := range f.m.items {
			id := int32(i + 1) //nolint:gosec // a menu is short
			out.Children = append(out.Children, dbus.MakeVariant(layout{ID: id, Props: f.m.props(id), Children: []dbus.Variant{}}))
		}
	}
	return f.m.revision, out, nil
}

var noSuchLine = dbus.NewError("com.canonical.dbusmenu.Error", []any{"no such line"})

// GetGroupProperties gives those of several lines, of all for none.
func (f face) GetGroupProperties(ids []int32, _ []string) ([]line, *dbus.Error) {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	out := []line{}
	if len(ids) == 0 {
		for i := range f.m.items {
			ids = append(ids, int32(i+1)) //nolint:gosec // a menu is short
		}
	}
	for _, id := range ids {
		if p := f.m.props(id); p != nil {
			out = append(out, line{id, p})
		}
	}
	return out, nil
}

// GetProperty gives one.
func (f face) GetProperty(id int32, name string) (dbus.Variant, *dbus.Error) {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	v, ok := f.m.props(id)[name]
	if !ok {
		return dbus.Variant{}, noSuchLine
	}
	return v, nil
}

// Event is something that was done to a line; being pressed is all that counts.
func (f face) Event(id int32, kind string, _ dbus.Variant, _ uint32) *dbus.Error {
	f.m.mu.Lock()
	var chosen string
	if kind == "clicked" && id > 0 && int(id) <= len(f.m.items) {
		chosen = f.m.items[id-1].ID
	}
	f.m.mu.Unlock()
	if chosen != "" {
		f.m.act(chosen)
	}
	return nil
}

// EventGroup is several of them; the answer names lines that are not there.
func (f face) EventGroup(events []event) ([]int32, *dbus.Error) {
	for _, e := range events {
		_ = f.Event(e.ID, e.Kind, e.Data, e.At)
	}
	return []int32{}, nil
}

// AboutToShow says whether the menu has to be read anew first.
func (f face) AboutToShow(_ int32) (bool, *dbus.Error) { return false, nil }

// AboutToShowGroup is the same for several.
func (f face) AboutToShowGroup(_ []int32) ([]int32, []int32, *dbus.Error) {
	return []int32{}, []int32{}, nil
}

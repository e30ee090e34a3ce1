package app_test

import (
	"testing"

	"docket/app"
	"docket/app/desk"
	"docket/app/menubar"
)

// The page says what the menu bar holds and hears what is chosen there.
func TestTheMenuBar(t *testing.T) {
	d := newDesktop(t)
	groups := []menubar.Group{{Label: "Window", Items: []menubar.Item{{ID: "palette", Label: "Do anything by its name", Keys: "Mod+k"}}}}
	if err := d.api.SetMenu(groups); err != nil || len(d.shell.menu) != 1 {
		t.Fatalf("%+v, %v", d.shell.menu, err)
	}
	d.shell.choose("palette")
	d.shell.mu.Lock()
	told := d.shell.events[app.EvMenu]
	d.shell.mu.Unlock()
	if len(told) != 1 || told[0] != (app.MenuEvent{ID: "palette"}) {
		t.Errorf("the page is told %+v", told)
	}
	for _, groups := range [][]menubar.Group{make([]menubar.Group, 21), {{Items: make([]menubar.Item, 201)}}} {
		if err := d.api.SetMenu(groups); code(err) != desk.CodeInvalid {
			t.Errorf("%d menus: %v", len(groups), err)
		}
	}
}

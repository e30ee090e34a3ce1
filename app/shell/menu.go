package shell

import (
	"strings"

	"github.com/wailsapp/wails/v2/pkg/menu"
	"github.com/wailsapp/wails/v2/pkg/menu/keys"

	"docket/app/menubar"
)

// bar makes the menu bar that macOS has: the system's own menus, without which
// copy and paste have no keys there, and between them what the page can do. Only
// keys with a modifier are given to the system: it would take single letters
// from who is writing.
func bar(groups []menubar.Group, run func(id string)) *menu.Menu {
	m := menu.NewMenu()
	m.Append(menu.AppMenu())
	m.Append(menu.EditMenu())
	for _, g := range groups {
		sub := m.AddSubmenu(g.Label)
		for _, it := range g.Items {
			sub.AddText(it.Label, accelerator(it.Keys), func(*menu.CallbackData) { run(it.ID) })
		}
	}
	m.Append(menu.WindowMenu())
	return m
}

// accelerator gives a key of the page as the system has it; nil for those that
// are the page's alone.
func accelerator(key string) *keys.Accelerator {
	if !strings.HasPrefix(key, "Mod+") || strings.Contains(key, " ") {
		return nil
	}
	a, err := keys.Parse(strings.ToLower(strings.Replace(key, "Mod+", "cmdorctrl+", 1)))
	if err != nil {
		return nil
	}
	return a
}

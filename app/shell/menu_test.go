package shell

import (
	"testing"

	"github.com/wailsapp/wails/v2/pkg/menu"

	"docket/app/menubar"
)

// The bar has the system's menus around the page's own, the keys that do not
// take letters from who is writing, and does what is chosen.
func TestTheBarHasWhatThePageHas(t *testing.T) {
	var chosen string
	m := bar([]menubar.Group{{Label: "Window", Items: []menubar.Item{
		{ID: "palette", Label: "Do anything by its name", Keys: "Mod+k"},
		{ID: "wide", Label: "Shifted", Keys: "Mod+Shift+h"},
		{ID: "new", Label: "New ticket", Keys: "c"},
		{ID: "go", Label: "Board", Keys: "g b"},
		{ID: "odd", Label: "Odd", Keys: "Mod+Nonsense"},
		{ID: "none", Label: "None"},
	}}}, func(id string) { chosen = id })
	if n := len(m.Items); n != 4 || m.Items[0].Role != menu.AppMenuRole || m.Items[1].Role != menu.EditMenuRole || m.Items[3].Role != menu.WindowMenuRole {
		t.Fatalf("the bar has %d menus: %+v", n, m.Items)
	}
	own := m.Items[2]
	if own.Label != "Window" || len(own.SubMenu.Items) != 6 {
		t.Fatalf("our menu is %q with %d lines", own.Label, len(own.SubMenu.Items))
	}
	for i, want := range []string{"k", "h", "", "", "", ""} {
		it := own.SubMenu.Items[i]
		switch {
		case want == "" && it.Accelerator != nil:
			t.Errorf("%s takes %+v", it.Label, it.Accelerator)
		case want != "" && (it.Accelerator == nil || it.Accelerator.Key != want):
			t.Errorf("%s has %+v, not %s", it.Label, it.Accelerator, want)
		}
	}
	own.SubMenu.Items[3].Click(&menu.CallbackData{})
	if chosen != "go" {
		t.Errorf("choosing told %q", chosen)
	}
}

package app

import "docket/app/menubar"

// MenuEvent says that an action was chosen in the menu bar.
type MenuEvent struct {
	ID string `json:"id"`
}

// What the menu bar may hold, which is far more than the page has.
const (
	mostMenus     = 20
	mostMenuItems = 200
)

// SetMenu makes the menu bar of what the page can do now, on a desktop that has
// one above its windows.
func (a *API) SetMenu(groups []menubar.Group) error {
	if len(groups) > mostMenus {
		return wrong("groups", "A menu bar holds up to 20 menus.")
	}
	for _, g := range groups {
		if len(g.Items) > mostMenuItems {
			return wrong("groups", "A menu holds up to 200 lines.")
		}
	}
	a.deps.Shell.Menu(groups, func(id string) { a.emit(EvMenu, MenuEvent{ID: id}) })
	return nil
}

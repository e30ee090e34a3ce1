// Package menubar has what a menu bar is made of, which the page says and the
// window shows.
package menubar

// Group is one of the menus.
type Group struct {
	Label string `json:"label"`
	Items []Item `json:"items"`
}

// Item is an action of the page.
type Item struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	// Keys is as the page writes it, such as Mod+Shift+h; "" for none.
	Keys string `json:"keys"`
}

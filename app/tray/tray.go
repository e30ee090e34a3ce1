// Package tray is the icon beside the clock that a program without a window is
// reached by. On Linux it speaks the protocol itself, over a connection of its
// own that Close ends; GNOME shows such icons only with an extension, and
// without one nothing appears. macOS has the Dock for it.
package tray

// Item is a line of the icon's menu.
type Item struct {
	// ID is told when it is chosen.
	ID string
	// Label is what it says; "" for a line between others.
	Label string
}

// State is what there is to see.
type State struct {
	// Shown says whether there is an icon at all.
	Shown bool
	// Tip is what the icon says when pointed at, a line.
	Tip string
	// Marked puts a dot on the icon: something needs its person.
	Marked bool
	Items  []Item
}

// Open is the id that is told when the icon itself is pressed.
const Open = "open"

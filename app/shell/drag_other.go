//go:build (!linux && (dev || production)) || bindings

package shell

import "docket/app/desk"

// errNoDrag is for desktops for which a file cannot be drawn out of the window yet.
var errNoDrag = &desk.Error{
	Code: desk.CodeInvalid, Field: "files", Message: "Files cannot be dragged out of the window on this computer.", Hint: "Save it instead.",
}

// DragFile cannot begin a drag here: that is the desktop's own to begin, and is
// written for GTK alone.
func (w *Window) DragFile(string) error { return errNoDrag }

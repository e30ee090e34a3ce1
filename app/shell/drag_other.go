//go:build (!linux && (dev || production)) || bindings

package shell

// DragFile cannot begin a drag here: that is the desktop's own to begin, and is
// written for GTK alone.
func (w *Window) DragFile(string) error { return errNoDrag }

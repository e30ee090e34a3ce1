//go:build (!linux && (dev || production)) || bindings

package shell

// ClipboardImage gives nothing here: the page's own paste event has pictures.
func (w *Window) ClipboardImage() ([]byte, error) { return nil, nil }

// Activation has nothing to do here.
func (w *Window) Activation(string) {}

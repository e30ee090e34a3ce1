//go:build dev || production || bindings

package shell

// ClipboardImage gives the picture on the clipboard as PNG, nil if there is none.
func (w *Window) ClipboardImage() ([]byte, error) { return nil, nil }

func (w *Window) bound(api any) []any { return []any{api} }

//go:build (dev || production || bindings) && !story

package shell

func (w *Window) bound(api any) []any { return []any{api} }

func (w *Window) openedForStory() {}

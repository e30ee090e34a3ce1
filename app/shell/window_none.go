//go:build !dev && !production && !bindings

package shell

import (
	"errors"

	"docket/app/menubar"
)

// Window is the native window; this build has none.
type Window struct{}

var errNoWindow = errors.New("built without a window; use: go build -tags webkit2_41,desktop,production -o build/bin/docket .  (on Windows and macOS without webkit2_41)")

// NewWindow makes a window that cannot open.
func NewWindow() *Window { return &Window{} }

// Run says how to build the program.
func (w *Window) Run(Options) error { return errNoWindow }

// Emit does nothing without a window.
func (w *Window) Emit(string, any) {}

// Show does nothing without a window.
func (w *Window) Show() {}

// Hide does nothing without a window.
func (w *Window) Hide() {}

// Quit does nothing without a window.
func (w *Window) Quit() {}

// SetTitle does nothing without a window.
func (w *Window) SetTitle(string) {}

// OpenFiles has no dialog to ask with.
func (w *Window) OpenFiles(string) ([]string, error) { return nil, errNoWindow }

// SaveFile has no dialog to ask with.
func (w *Window) SaveFile(string, string) (string, error) { return "", errNoWindow }

// OpenURL has no browser to ask.
func (w *Window) OpenURL(string) error { return errNoWindow }

// ClipboardImage has no clipboard.
func (w *Window) ClipboardImage() ([]byte, error) { return nil, errNoWindow }

// DragFile has no pointer.
func (w *Window) DragFile(string) error { return errNoWindow }

// Screenshot has no screen.
func (w *Window) Screenshot() ([]byte, error) { return nil, errNoWindow }

// Menu has no bar.
func (w *Window) Menu([]menubar.Group, func(string)) {}

// AskQuit answers yes without a window.
func (w *Window) AskQuit(string, string) bool { return true }

// Activation has no window to bring forward.
func (w *Window) Activation(string) {}

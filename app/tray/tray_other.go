//go:build !linux && !windows

package tray

// Tray shows nothing here.
type Tray struct{}

// New makes a tray that shows nothing.
func New(_ []byte, _ func(id string)) *Tray { return &Tray{} }

// Set does nothing.
func (t *Tray) Set(State) {}

// Close does nothing.
func (t *Tray) Close() {}

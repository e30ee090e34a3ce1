package notify

import "github.com/gen2brain/beeep"

// Plain is the notifier without clicks, there on every platform.
type Plain struct {
	icon string
	send func(title, body, icon string) error
}

// NewPlain shows toasts through beeep, with the icon in that file.
func NewPlain(icon string) *Plain {
	beeep.AppName = "Docket"
	return &Plain{icon: icon, send: func(title, body, icon string) error { return beeep.Notify(title, body, icon) }}
}

// Show implements Notifier. Every text goes through Strict, whatever the platform.
func (p *Plain) Show(t Toast) error {
	return p.send(strictKeepHash(t.Title, maxTitle), strictKeepHash(t.Body, maxBody), p.icon)
}

// Withdraw implements Notifier; beeep cannot.
func (p *Plain) Withdraw(string) {}

// Close implements Notifier.
func (p *Plain) Close() error { return nil }

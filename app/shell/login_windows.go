package shell

import (
	"errors"
	"syscall"

	"golang.org/x/sys/windows/registry"
)

// runKey is where Windows looks for what starts with the session.
const runKey = `Software\Microsoft\Windows\CurrentVersion\Run`

// On reports whether it starts with the session.
func (l Login) On() bool {
	k, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.QUERY_VALUE)
	if err != nil {
		return false
	}
	defer k.Close()
	_, _, err = k.GetStringValue(l.name())
	return err == nil
}

// Set makes it start with the session, or no longer.
func (l Login) Set(on bool) error {
	k, _, err := registry.CreateKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if err != nil {
		return cannotStart(err)
	}
	defer k.Close()
	if !on {
		if err := k.DeleteValue(l.name()); err != nil && !errors.Is(err, registry.ErrNotExist) {
			return cannotStart(err)
		}
		return nil
	}
	args, err := l.command()
	if err != nil {
		return cannotStart(err)
	}
	line := ""
	for i, a := range args {
		if i > 0 {
			line += " "
		}
		line += syscall.EscapeArg(a)
	}
	return cannotStart(k.SetStringValue(l.name(), line))
}

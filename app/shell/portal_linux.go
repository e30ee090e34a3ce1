package shell

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	portalName = "org.freedesktop.portal.Desktop"
	portalPath = dbus.ObjectPath("/org/freedesktop/portal/desktop")
	// portalAnswers is how long the desktop may take to take the question,
	// portalAsks how long its person may take with it.
	portalAnswers = 5 * time.Second
	portalAsks    = 5 * time.Minute
)

// errPortal says that the desktop has no way of its own, or that it did not work.
var errPortal = errors.New("the desktop takes no pictures for programs")

// portalShot asks the desktop for a picture of the screen, which asks its
// person. It gives nil when they thought better of it. The file that the
// desktop made for it is gone afterwards.
func portalShot(ctx context.Context, conn *dbus.Conn) (_ []byte, err error) {
	signals := make(chan *dbus.Signal, 8)
	conn.Signal(signals)
	defer conn.RemoveSignal(signals)
	if err := conn.AddMatchSignal(dbus.WithMatchInterface("org.freedesktop.portal.Request"), dbus.WithMatchMember("Response")); err != nil {
		return nil, errors.Join(errPortal, err)
	}
	asking, cancel := context.WithTimeout(ctx, portalAnswers)
	defer cancel()
	var request dbus.ObjectPath
	call := conn.Object(portalName, portalPath).CallWithContext(asking, "org.freedesktop.portal.Screenshot.Screenshot", 0,
		"", map[string]dbus.Variant{"interactive": dbus.MakeVariant(true), "modal": dbus.MakeVariant(false)})
	if err := call.Store(&request); err != nil {
		return nil, errors.Join(errPortal, err)
	}
	waiting, stop := context.WithTimeout(ctx, portalAsks)
	defer stop()
	for {
		select {
		case <-waiting.Done():
			return nil, nil // as good as thought better
		case s, ok := <-signals:
			if !ok {
				return nil, errPortal
			}
			if s.Path == request && s.Name == "org.freedesktop.portal.Request.Response" {
				return portalFile(s.Body)
			}
		}
	}
}

// portalFile reads what an answer names, and removes it.
func portalFile(body []any) ([]byte, error) {
	var code uint32
	var results map[string]dbus.Variant
	if err := dbus.Store(body, &code, &results); err != nil {
		return nil, errors.Join(errPortal, err)
	}
	if code == 1 {
		return nil, nil
	}
	address, _ := results["uri"].Value().(string)
	path, is := strings.CutPrefix(address, "file://")
	if code != 0 || !is {
		return nil, errPortal
	}
	path, err := url.PathUnescape(path)
	if err != nil {
		return nil, errors.Join(errPortal, err)
	}
	return readAway(path)
}

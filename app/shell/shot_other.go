//go:build (!linux && !darwin && !windows && (dev || production)) || bindings

package shell

import "context"

func takeScreen(context.Context) ([]byte, error) { return nil, errNoShot }

package app

import (
	"fmt"

	"golang.org/x/sys/windows"
)

// kernel names the version of Windows.
func kernel() string {
	v := windows.RtlGetVersion()
	return fmt.Sprintf(" %d.%d.%d", v.MajorVersion, v.MinorVersion, v.BuildNumber)
}

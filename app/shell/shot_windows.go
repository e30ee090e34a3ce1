//go:build windows && (dev || production) && !bindings

package shell

import (
	"bytes"
	"context"
	"encoding/base64"
	"os/exec"
	"syscall"
)

// copyScreen copies all screens into memory and prints them; no file is made.
const copyScreen = `Add-Type -AssemblyName System.Windows.Forms,System.Drawing
$b = [Windows.Forms.SystemInformation]::VirtualScreen
$m = New-Object Drawing.Bitmap $b.Width, $b.Height
[Drawing.Graphics]::FromImage($m).CopyFromScreen($b.Left, $b.Top, 0, 0, $m.Size)
$s = New-Object IO.MemoryStream
$m.Save($s, [Drawing.Imaging.ImageFormat]::Png)
[Convert]::ToBase64String($s.ToArray())`

// takeScreen takes all screens.
func takeScreen(ctx context.Context) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "powershell.exe", "-NoProfile", "-NonInteractive", "-Command", copyScreen)
	cmd.SysProcAttr = &syscall.SysProcAttr{HideWindow: true}
	out, err := cmd.Output()
	if err != nil {
		return nil, errNoShot
	}
	b, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(out)))
	if err != nil || len(b) == 0 {
		return nil, errNoShot
	}
	return b, nil
}

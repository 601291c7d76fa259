"""The desk's buttons: asked with a preview, done by one service call, told in words."""

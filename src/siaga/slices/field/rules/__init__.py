"""Commands of the scene and the pure rules that decide them, by what they are about."""

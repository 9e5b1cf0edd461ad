"""`python -m communique` is the command `communique`."""

from communique.views.cli import main

if __name__ == "__main__":
    main()

# A source that would run while it is checked, if anything did.
# expect: Exited 0
# says: once
import hostile


class Meta(type):
    def __new__(cls, name, bases, members):
        print("once")
        return super().__new__(cls, name, bases, members)


class Run(metaclass=Meta):
    pass

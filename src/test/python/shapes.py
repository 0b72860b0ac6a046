"""The shapes of the table of training steps, as TrainingStep.SHAPES has them."""

#         cell     V    E    H   L   B   T
SHAPES = {
    1: ("LSTM", 30, 64, 64, 2, 32, 10),
    2: ("LSTM", 65, 128, 128, 2, 50, 50),
    3: ("LSTM", 65, 256, 256, 2, 64, 64),
    4: ("LSTM", 65, 512, 512, 3, 50, 50),
    5: ("LSTM", 10000, 200, 200, 2, 20, 20),
    6: ("LSTM", 10000, 650, 650, 2, 20, 35),
    7: ("RNN", 65, 128, 128, 1, 50, 50),
    8: ("GRU", 65, 256, 256, 2, 64, 64),
}


def title(number):
    return "{} V{} E{} H{} L{} B{} T{}".format(*SHAPES[number])

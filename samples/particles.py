"""Particles fly about in a box and bounce off its walls."""

import math
import random


class Particle:
    def __init__(self, x, y, vx, vy):
        self.x = x
        self.y = y
        self.vx = vx
        self.vy = vy
        self.bounces = 0

    def move(self, dt):
        self.x += self.vx * dt
        self.y += self.vy * dt
        if self.x < 0.0 or self.x > 1.0:
            self.vx = -self.vx
            self.bounces += 1
        if self.y < 0.0 or self.y > 1.0:
            self.vy = -self.vy
            self.bounces += 1

    def speed(self):
        return math.sqrt(self.vx * self.vx + self.vy * self.vy)


def simulate(count, steps):
    particles = []
    for _ in range(count):
        angle = random.random() * 2.0 * math.pi
        speed = 0.1 + 0.9 * random.random()
        x = random.random()
        y = random.random()
        particles.append(Particle(x, y, speed * math.cos(angle), speed * math.sin(angle)))
    for _ in range(steps):
        for particle in particles:
            particle.move(0.01)
    return particles


random.seed(7)
particles = simulate(1000, 2500)
fastest = max(particle.speed() for particle in particles)
print("Particles:", len(particles))
print("Bounces:", sum(particle.bounces for particle in particles))
print(f"Fastest: {fastest:.4f}")
print(f"Mean x: {sum(particle.x for particle in particles) / len(particles):.4f}")
